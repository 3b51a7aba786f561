"""Another distribution in the place of one of our packages is found before anything of ours is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import civigraph
from api.installation import check_installation
from graph.errors import ConfigurationError

CHECKOUT = Path(civigraph.__file__).parent


def install_other(folder: Path, package: str, *, declared: bool = True) -> None:
    """Lay down, as an installer would, a distribution `geo-tools` that provides the package."""
    (folder / package).mkdir(parents=True)
    (folder / package / "__init__.py").write_text("")
    info = folder / "geo_tools-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: geo-tools\nVersion: 1.0\n")
    (info / "RECORD").write_text(f"{package}/__init__.py,,\n")
    if declared:
        (info / "top_level.txt").write_text(f"{package}\n")


def start(path: Path) -> subprocess.CompletedProcess[str]:
    """Start the command with one more folder in front of the import path."""
    return subprocess.run(
        [sys.executable, "-c", "from civigraph import main; main()", "--version"],
        env={**os.environ, "PYTHONPATH": f"{path}{os.pathsep}{CHECKOUT}"},
        cwd=path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_providers_are_those_that_python_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, package in enumerate(civigraph.PACKAGES):
        install_other(tmp_path / package, package, declared=number % 2 == 0)
        monkeypatch.syspath_prepend(tmp_path / package)
    told = packages_distributions()
    assert civigraph.providers() == {name: told[name] for name in civigraph.PACKAGES}
    assert all("geo-tools" in told[name] for name in civigraph.PACKAGES)


def test_no_clash_here() -> None:
    assert civigraph.clashes() == []
    check_installation()


@pytest.mark.parametrize("package", civigraph.PACKAGES)
def test_other_distribution_is_named(tmp_path: Path, package: str) -> None:
    install_other(tmp_path, package)
    ended = start(tmp_path)
    assert ended.returncode == 1
    assert f"geo-tools also provides the package '{package}'" in ended.stderr
    assert "uninstall" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("package", civigraph.PACKAGES)
def test_folder_in_the_way_is_named(tmp_path: Path, package: str) -> None:
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text("")
    ended = start(tmp_path)
    assert ended.returncode == 1
    assert f"'{package}' would be imported from {tmp_path / package}" in ended.stderr


def test_application_refuses_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.installation.clashes", lambda: ["geo-tools also provides the package 'graph'"])
    with pytest.raises(ConfigurationError, match="geo-tools"):
        check_installation()
