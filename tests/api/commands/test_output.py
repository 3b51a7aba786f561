"""A file that a command writes is there whole or as it was, and what cannot be written is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.commands.output import written
from graph.errors import InputError


def test_a_file_takes_the_place_of_an_older_one_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("old")
    with pytest.raises(TypeError), written(path) as file:
        file.writelines([b"half", None])  # type: ignore[list-item]
    assert path.read_text() == "old"
    with written(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=r"away/a.ttl: it cannot be written: No such file"),
        written(tmp_path / "away/a.ttl"),
    ):
        pass
    with pytest.raises(InputError, match="it cannot be written: Is a directory"), written(tmp_path) as file:
        file.write(b"new")
    assert list(tmp_path.parent.glob("*.part")) == []


def test_trouble_with_another_file_is_not_put_down_to_this_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), written(tmp_path / "a.ttl"):
        (tmp_path / "absent").read_bytes()
