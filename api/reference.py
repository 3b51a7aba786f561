"""The reference of settings, commands and routes, made from the code itself; `python -m api.reference` writes it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import Any

import typer
from starlette.routing import Route

from api.app import create_app
from api.cli import app as commands
from api.settings import PREFIX, Settings, read_settings

OPENING = """# Reference

<!-- Made by scripts/docs from the code; a test compares. Do not edit. -->
"""

_UNTOLD = {"/openapi.json": "Describe these routes for programs (OpenAPI)."}
"""What the framework's own routes answer."""


def reference() -> str:
    """Give the whole reference as Markdown."""
    return "\n".join([OPENING, *_settings(), *_commands(), *_routes()])


def _settings() -> Iterator[str]:
    """Give a table of the settings."""
    yield "## Settings\n"
    yield "Given as an option where a command has it, else as an environment variable, else the default.\n"
    yield "| variable | default | meaning |\n|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        yield f"| `{PREFIX}{name.upper()}` | {default} | {_cell(field.description)} |"
    yield ""


def _commands() -> Iterator[str]:
    """Give every command with its arguments and options."""
    yield "## Commands\n"
    for path, command in _walk("civigraph", typer.main.get_command(commands)):
        arguments = " ".join(_argument(each) for each in command.params if each.param_type_name == "argument")
        yield f"### `{f'{path} {arguments}'.strip()}`\n"
        yield inspect.cleandoc(command.help or "") + "\n"
        options = [each for each in command.params if each.param_type_name == "option" and each.name != "help"]
        if options:
            yield "| option | default | meaning |\n|---|---|---|"
            yield from (_option(each) for each in options)
            yield ""


def _walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 (typer names no type for it)
    """Give a command and all below it, each with the words it is called by."""
    yield path, command
    for name, each in sorted(getattr(command, "commands", {}).items()):
        yield from _walk(f"{path} {name}", each)


def _argument(parameter: Any) -> str:  # noqa: ANN401
    """Write an argument as it stands in a call."""
    word: str = parameter.metavar or parameter.name.upper()
    return word if parameter.required else f"[{word}]"


def _option(parameter: Any) -> str:  # noqa: ANN401
    """Write one option as a row."""
    value = f" {parameter.metavar}" if parameter.metavar else ""
    names = ", ".join(f"`{name}{value}`" for name in (*parameter.opts, *parameter.secondary_opts))
    default = parameter.show_default if isinstance(parameter.show_default, str) else parameter.default
    shown = "" if default in (None, False, (), []) else f"`{default}`"
    return f"| {names} | {shown} | {_cell(parameter.help)} |"


def _routes() -> Iterator[str]:
    """Give every route with its methods and the first sentence of its docstring."""
    yield "## Routes\n"
    yield "HEAD is answered wherever GET is.\n"
    yield "| method | path | answer |\n|---|---|---|"
    for route in sorted(_served(), key=lambda each: each.path):
        methods = ", ".join(sorted(set(route.methods or ()) - {"HEAD"}))
        meaning = (inspect.getdoc(route.endpoint) or "").partition("\n\n")[0]
        yield f"| {methods} | `{route.path}` | {_cell(meaning or _UNTOLD[route.path])} |"
    yield ""


def _served() -> list[Route]:
    """Give the routes of the application, made with default settings (nothing is opened by that)."""
    return [route for route in create_app(read_settings()).routes if isinstance(route, Route)]


def _cell(text: str | None) -> str:
    """Write text so that it fits into a table's cell."""
    return " ".join((text or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference())
