"""Take pictures of the main pages on the sample in both themes, for docs/screenshots; run by scripts/screenshots.

The names on the pages are the sample's: the date that it was loaded at stands on some of them.
"""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from graph.instance import Instance
from graph.sample import load
from tests.api.serving import BASE, Server, serving, settings

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
_IN = "https://w3id.org/civigraph/illustration/"

PAGES = {
    "home": "",
    "search": "search?q=water",
    "actor": f"entity?iri={_IN}sewer-company",
    "dataset": f"entity?iri={_IN}bike-trips",
    "service": f"entity?iri={_IN}flood-warning",
    "agreement": f"entity?iri={_IN}energy-agreement",
    "question": "questions/09",
    "what-if": f"what-if?thing={_IN}sewer-company&change=remove",
    "findings": "findings",
    "editor": "sparql",
}
THEMES = ("light", "dark")
_SIZE = {"width": 1280, "height": 1000}
# WebP at this quality keeps letters sharp at a twentieth of the size of PNG.
_QUALITY = 82
_PATIENCE = 120_000


def take(page: Page, wire: CDPSession, path: Path) -> None:
    """Write what the window shows, as WebP, which the devtools write and Playwright itself does not."""
    shot = wire.send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
    path.write_bytes(base64.b64decode(shot["data"]))
    print(f"{path.name}: {path.stat().st_size // 1000} kB, {page.url}")


def take_all(server: Server, folder: Path) -> None:
    """Take every page in every theme."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for theme in THEMES:
            context = browser.new_context(viewport=_SIZE, locale="en", color_scheme=theme)  # type: ignore[arg-type]
            context.set_default_timeout(_PATIENCE)
            page = context.new_page()
            wire = context.new_cdp_session(page)
            # The type that comes too late is left out, so it is fetched before.
            page.goto(server.address, wait_until="networkidle")
            for name, address in PAGES.items():
                page.goto(server.address + address, wait_until="networkidle")
                if name == "editor":
                    page.get_by_role("button", name="Ask", exact=True).click()
                    page.locator("#answer table").first.wait_for()
                take(page, wire, folder / f"{name}-{theme}.webp")
            context.close()
        browser.close()


def main() -> int:
    """Load the sample into a folder that is thrown away, judge it, and take the pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "data"
        with Instance.open(folder, create=True, base=BASE) as instance:
            load(instance)
            with instance.hold(judging=True) as holder:
                assert holder.wait_for(instance.log.sequence(), 600)
        with serving(settings(folder, query_client_seconds=0, findings=True)) as server:
            take_all(server, FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
