"""What a record said before: who may see which version, differences, and Memento (RFC 7089)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest

from api.tokens import new_token
from graph.instance import Instance
from graph.log.log import Log
from graph.log.rows import MEMBERS
from graph.log.tokens import Role
from tests.api.serving import BASE, Server, serving, settings, tell

EX = "http://example.org/"


def dataset(name: str, title: str) -> str:
    return f'<{EX}{name}> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "{title}"@fr .'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Log, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("versions") / "data"
    with Instance.open(folder, create=True, base=BASE) as instance:
        for title in ("Un", "Deux", "Trois"):
            tell(instance, dataset("open", title), "told")
        for name, audiences in {
            "closed": ["public", MEMBERS],
            "opened": [MEMBERS, "public"],
            "hidden": ["public", MEMBERS, "public"],
        }.items():
            for number, audience in enumerate(audiences):
                tell(instance, dataset(name, f"{name} {number}"), "told", audience)
        token, hash = new_token("member")
        instance.log.tokens.add("member", Role.MEMBER, hash)
        with serving(settings(folder)) as server:
            yield server, instance.log, {"authorization": f"Bearer {token}"}


def address(log: Log, name: str) -> str:
    kind, slug = log.slugs.address(EX + name, None)
    return f"/records/{kind}/{slug}"


def test_versions_tell_when_what_and_to_members_who(place: tuple[Server, Log, dict[str, str]]) -> None:
    server, log, shown = place
    told = server.get(address(log, "open") + "/versions").json()["versions"]
    assert [each["change"] for each in told] == ["created", "replaced", "replaced"]
    assert [each["time"] for each in told] == [row.time for row in log.history("told", f"{EX}open")]
    assert [len(each["added"]) for each in told] == [2, 1, 1]
    assert told[1]["removed"] == [f'<{EX}open> <http://purl.org/dc/terms/title> "Un"@fr .']
    assert not any("agent" in each for each in told)
    assert [each["agent"] for each in server.get(address(log, "open") + "/versions", **shown).json()["versions"]] == [
        "test"
    ] * 3


def test_a_version_is_seen_by_who_may_see_it_and_the_present_one(place: tuple[Server, Log, dict[str, str]]) -> None:
    server, log, shown = place
    for path in ("", "/versions", "/timemap"):
        assert server.get(address(log, "closed") + path).status_code == 404
        assert server.get(f"/records/dataset/closed-0{path}").status_code == 404
    members = server.get(address(log, "closed") + "/versions", **shown).json()["versions"]
    assert [(each["change"], each["audience"]) for each in members] == [("created", "public"), ("replaced", MEMBERS)]
    opened = server.get(address(log, "opened") + "/versions")
    assert [each["change"] for each in opened.json()["versions"]] == ["created"]
    assert "opened 0" not in opened.text
    hidden = server.get(address(log, "hidden") + "/versions")
    assert [each["change"] for each in hidden.json()["versions"]] == ["created", "replaced"]
    assert "hidden 1" not in hidden.text
    secret = server.get(address(log, "hidden") + "/versions", **shown).json()["versions"][1]["memento"]
    assert "hidden 1" in server.client.get(secret, headers=shown).text
    assert server.client.get(secret).status_code == 404


def test_a_moment_leads_to_the_version_that_stood_then(place: tuple[Server, Log, dict[str, str]]) -> None:
    server, log, _ = place
    path = address(log, "open")
    rows = log.history("told", f"{EX}open")
    early = format_datetime(datetime(2001, 1, 1, tzinfo=UTC), usegmt=True)
    late = format_datetime(datetime(2099, 1, 1, tzinfo=UTC), usegmt=True)
    for moment, title in ((early, "Un"), (late, "Trois")):
        gate = server.get(path, accept_datetime=moment)
        assert gate.status_code == 302
        assert "Accept-Datetime" in gate.headers["vary"]
        assert 'rel="original timegate"' in gate.headers["link"]
        assert 'rel="timemap"' in gate.headers["link"]
        found = server.client.get(gate.headers["location"], headers={"accept": "text/turtle"})
        assert f'"{title}"' in found.text
        row = rows[0 if title == "Un" else -1]
        assert parsedate_to_datetime(found.headers["memento-datetime"]) == datetime.fromisoformat(row.time).replace(
            microsecond=0
        )
        assert ('rel="prev memento"' in found.headers["link"]) == (title == "Trois")
    assert server.get(path, accept_datetime="yesterday").status_code == 400


def test_the_map_names_every_version(place: tuple[Server, Log, dict[str, str]]) -> None:
    server, log, _ = place
    found = server.get(address(log, "open") + "/timemap")
    assert found.headers["content-type"] == "application/link-format"
    mementos = re.findall(r'<([^>]+)>;rel="memento";datetime="([^"]+)"', found.text)
    assert len(mementos) == 3
    for target, moment in mementos:
        memento = server.client.get(target)
        assert (memento.status_code, memento.headers["memento-datetime"]) == (200, moment)


def test_what_was_erased_or_deleted_is_told_without_its_text(tmp_path: Path) -> None:
    with Instance.open(tmp_path / "data", create=True, base=BASE) as instance:
        for title in ("Un", "Deux"):
            tell(instance, dataset("gone", title), "told")
        path = address(instance.log, "gone")
        instance.log.retract("told", [f"{EX}gone"], agent="test")
        with serving(settings(tmp_path / "data")) as server:
            told = server.get(path + "/versions").json()["versions"]
            assert [each["change"] for each in told] == ["created", "replaced", "deleted"]
            assert told[-1]["memento"] is None
            assert server.get(path).status_code == 404
            memento = told[0]["memento"]
            assert '"Un"' in server.client.get(memento).text
            instance.log.erase("told", f"{EX}gone", agent="test")
            assert server.client.get(memento).status_code == 404
            left = server.get(path + "/versions")
            assert '"Un"' not in left.text
