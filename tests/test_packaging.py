"""The wheel holds all that the program needs: built, installed elsewhere, and used far from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "data", "build", "dist", "*.egg-info", "__pycache__", ".*_cache", "tests"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the checkout, with what is installed: nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(CHECKOUT, folder / "copy", ignore=LEFT_OUT)
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(folder / "copy"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("civigraph-*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command as installed from the wheel alone, in an environment whose dependencies are those of this one."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True, timeout=60)
    python = environment / "bin" / "python"
    packages = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True, capture_output=True, text=True, timeout=60,
        ).stdout.strip()
    )  # fmt: skip
    borrow_dependencies(packages)
    target = ["--python", str(python), "install", "--no-deps", "--no-index", "--quiet", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *target], check=True, capture_output=True, timeout=120)
    return environment / "bin" / "civigraph"


def borrow_dependencies(packages: Path) -> None:
    """Link every installed package but our own into another environment."""
    for place in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for each in Path(place).iterdir():
            if "civigraph" not in each.name and not each.name.startswith(("__pycache__", "pip")):
                (packages / each.name).symlink_to(each)


def run(command: Path, folder: Path, *arguments: str) -> str:
    """Run the installed command in a folder and give its output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CIVIGRAPH"))}
    ended = subprocess.run(
        [command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=60)
    if listed.returncode:
        pytest.skip("the checkout is no git repository: its files cannot be told from others")
    wanted = {
        name for name in listed.stdout.splitlines() if name.startswith(("api/", "graph/", "ontology/", "shapes/"))
    }
    assert wanted - inside == set()


def test_licences_are_inside(wheel: Path) -> None:
    names = {Path(name).name for name in zipfile.ZipFile(wheel).namelist()}
    assert {"LICENSE", "LICENSE-DATA.md"} <= names


def test_installed_command_loads_and_answers(command: Path, tmp_path: Path) -> None:
    assert run(command, tmp_path, "--version").startswith("civigraph 0.1.0")
    run(command, tmp_path, "sample", "load")
    text = "SELECT (COUNT(*) AS ?n) WHERE { ?d a <http://www.w3.org/ns/dcat#Dataset> }"
    heading, count = run(command, tmp_path, "query", "-e", text, "--format", "csv").split()
    assert heading == "n"
    assert int(count) >= 10
