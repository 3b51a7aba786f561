"""`civigraph preflight`, as people and scripts meet it: what it prints, how it ends, what it reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from graph.instance import Instance
from graph.views.fragments.moment import Moment
from tests.api.serving import BASE, tell
from tests.clients.crafted import node_of, turtle


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three datasets; the second of them has the identifier of the first."""
    path = tmp_path_factory.mktemp("preflight") / "data"
    with Instance.open(path, create=True, base=BASE) as instance:
        tell(instance, turtle("sound"), "one")
        tell(instance, turtle("two-languages").replace("velos-two-languages", "velos-sound"), "two")
        tell(instance, turtle("address-local"), "three")
    return path


def run(data: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["preflight", "--data", str(data), *options])


def found(data: Path, *options: str) -> tuple[int, dict[str, list[str]]]:
    """Give how it ends, and by dataset the rules that keep it from udata."""
    ended = run(data, "--format", "json", "--portal", "udata", *options)
    told: dict[str, list[str]] = {}
    for each in json.loads(ended.stdout):
        told[each["dataset"]] = [one["rule"] for one in each["remarks"] if one["effect"] == "drops"]
    return ended.exit_code, told


def test_all_of_them(filled: Path) -> None:
    code, told = found(filled, "--all")
    assert code == 1
    assert told == {
        node_of("sound"): [],
        node_of("two-languages"): ["same-identifier"],
        node_of("address-local"): ["address-refused"],
    }
    ended = run(filled, "--all", "--language", "fr", "--portal", "udata")
    assert ended.exit_code == 1
    assert "data.gouv.fr (udata) : jeux de données pris : 1 sur 3" in ended.stdout.replace("\u00a0", " ")


def test_one_of_them(filled: Path) -> None:
    assert found(filled, node_of("sound")[1:-1]) == (0, {node_of("sound"): []})
    assert found(filled, node_of("two-languages")[1:-1]) == (1, {node_of("two-languages"): ["same-identifier"]})
    ended = run(filled, node_of("address-local")[1:-1], "--portal", "udata")
    assert ended.exit_code == 1
    assert "An address that the portal does not take for one of the web" in ended.stdout
    assert run(filled, "https://crafted.example/unknown").exit_code == 2
    assert run(filled, "--all", "--portal", "none").exit_code == 2


def test_each_dataset_is_read_once(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = Moment.fragments

    def counted(moment: Moment, keys: Any) -> Any:
        read.extend(key.iri for key in keys)
        return real(moment, keys)

    monkeypatch.setattr(Moment, "fragments", counted)
    run(filled, "--all", "--portal", "udata")
    assert sorted(read) == sorted(node_of(name)[1:-1] for name in ("sound", "two-languages", "address-local"))
