"""What is not documented fails: settings, commands with their options, routes, guides, scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from api.cli import app
from api.reference import reference
from api.settings import Settings

CHECKOUT = Path(__file__).resolve().parent.parent
GUIDES = sorted({*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")})


def options(command: object) -> set[str]:
    """Give every option of a command and of those below it."""
    names = {name for each in command.params for name in each.opts if name.startswith("--")}
    return names.union(*(options(below) for below in getattr(command, "commands", {}).values()))


def test_reference_is_what_the_code_says() -> None:
    written = (CHECKOUT / "docs" / "reference.md").read_text(encoding="utf-8")
    assert written == reference(), "run scripts/docs"


def test_every_setting_has_a_sentence() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_option_has_a_sentence() -> None:
    def silent(command: object) -> list[str]:
        own = [
            f"{command.name} {each.name}"
            for each in command.params
            if not each.help and each.param_type_name == "option"
        ]
        return own + [name for below in getattr(command, "commands", {}).values() for name in silent(below)]

    assert silent(typer.main.get_command(app)) == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_guides_name_only_what_is_there(guide: Path) -> None:
    """Commands, options, variables and links in the guides exist."""
    text = guide.read_text(encoding="utf-8")
    command = typer.main.get_command(app)
    spoken = set(re.findall(r"`civigraph ([a-z-]+)", text)) | set(
        re.findall(r"^civigraph ([a-z-]+)", text, re.MULTILINE)
    )
    assert spoken <= set(command.commands)
    for call in re.findall(r"civigraph [^`\n]*", text):
        assert set(re.findall(r"(?<=\s)--[a-z-]+", call)) <= options(command), call
    variables = {f"CIVIGRAPH_{name.upper()}" for name in Settings.model_fields} | {"CIVIGRAPH_SHARED"}
    assert set(re.findall(r"CIVIGRAPH_[A-Z_]+[A-Z]", text)) <= variables
    for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text):
        assert (guide.parent / link).exists(), link
    for script in re.findall(r"`(scripts/[a-z-]+)", text):
        assert (CHECKOUT / script).is_file(), script
