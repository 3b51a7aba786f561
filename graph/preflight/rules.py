"""The rules of the portals, read from the files beside their readers."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from graph.preflight.verdict import Effect, Rule, Rules


def rules_of(portal: str) -> Rules:
    """Read the rules of a portal by the name of its file."""
    text = (files("graph.preflight.portals") / f"{portal}.toml").read_text(encoding="utf-8")
    return {
        name: Rule(Effect(each["effect"]), {"en": each["en"], "fr": each["fr"]}, each["mend"], each["source"])
        for name, each in tomllib.loads(text).items()
    }
