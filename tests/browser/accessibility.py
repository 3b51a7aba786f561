"""What axe-core finds wrong with a page: the rules of WCAG 2.2 at level AA, and axe's own best practices."""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import Page

_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
_RUN = """async selector => {
  const found = await axe.run(selector ?? document, { resultTypes: ["violations"] });
  return found.violations.flatMap(each => each.nodes.map(node => `${each.id}: ${node.target} ${node.failureSummary}`));
}"""


def violations(page: Page, within: str | None = None) -> list[str]:
    """Give every breach on a page, in words that say where and why."""
    # Through the devtools, whatever the policy of the page says: it is the test that runs it.
    page.evaluate(_AXE)
    found: list[str] = page.evaluate(_RUN, within)
    return found
