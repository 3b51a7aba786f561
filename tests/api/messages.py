"""Every string of the site that is meant for readers, found in its code and templates."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir

API = Path(__file__).resolve().parents[2] / "api"
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS = {"_": None, "mark": None, "text": None, "ngettext": (1, 2), "plural": (1, 2)}


def extracted() -> dict[str, str | None]:
    """Give each message with its plural, None where it has none."""
    found: dict[str, str | None] = {}
    for _, _, message, _, _ in extract_from_dir(
        API, _METHODS, {"templates/**.html": {"silent": "false"}}, keywords=_KEYWORDS, comment_tags=()
    ):
        one, many = message if isinstance(message, tuple) else (message, None)
        found[one] = many
    return found
