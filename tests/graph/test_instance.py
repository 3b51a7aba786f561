"""A data directory is made where nothing is, and refused where something else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph import bundled
from graph.errors import ConfigurationError, NoDataDirectory
from graph.instance import DEFAULT_BASE, Instance
from graph.log.sources import OWN
from graph.records.record import Record
from ontology import loader


def test_absent_and_empty_directories_become_ours(tmp_path: Path) -> None:
    for path in (tmp_path / "deep" / "absent", tmp_path / "empty"):
        if path.name == "empty":
            path.mkdir()
        with Instance.open(path, create=True) as made:
            assert made.base == DEFAULT_BASE
            assert made.tmp.is_dir()
        with Instance.open(path) as again:
            assert again.base == DEFAULT_BASE


def test_what_is_not_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoDataDirectory, match="no data directory"):
        Instance.open(tmp_path / "absent")
    file = tmp_path / "file"
    file.write_text("x")
    for create in (False, True):
        with pytest.raises(NoDataDirectory, match="not Civigraph's"):
            Instance.open(tmp_path, create=create)
        with pytest.raises(NoDataDirectory, match="a file"):
            Instance.open(file, create=create)
    assert list(tmp_path.iterdir()) == [file]


def test_base_is_fixed_when_the_directory_is_made(tmp_path: Path) -> None:
    path = tmp_path / "data"
    Instance.open(path, create=True, base="https://graph.example/").close()
    for base in (None, "https://graph.example/"):
        with Instance.open(path, base=base) as opened:
            assert opened.base == "https://graph.example/"
    with pytest.raises(ConfigurationError, match="cannot become"):
        Instance.open(path, base="https://other.example/")


@pytest.mark.parametrize("base", ["graph.example", "ftp://graph.example/", "https://graph.example", "https://a b/"])
def test_bad_base_is_refused(tmp_path: Path, base: str) -> None:
    with pytest.raises(ConfigurationError, match="not a base"):
        Instance.open(tmp_path / "data", create=True, base=base)


def test_log_may_be_elsewhere(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    Instance.open(tmp_path / "data", create=True, base="https://graph.example/", log_url=url).close()
    with Instance.open(tmp_path / "data", log_url=url) as opened:
        assert opened.base == "https://graph.example/"
    assert not (tmp_path / "data" / "civigraph.sqlite").exists()


def test_bundled_records_follow_the_installed_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = bundled.records(DEFAULT_BASE)
    assert shipped
    with Instance.open(tmp_path / "data", create=True) as made:
        assert {head.iri for head in made.log.heads(source=OWN)} == {record.iri for record in shipped}
        first = made.log.sequence()
    with Instance.open(tmp_path / "data") as again:
        assert again.log.sequence() == first
    kept = shipped[1]
    changed = Record(kept.iri, kept.kind, "new label", kept.payload[: kept.payload.index(b"\n") + 1])
    newer = [changed, *shipped[2:]]
    monkeypatch.setattr(bundled, "records", lambda base: newer)
    with Instance.open(tmp_path / "data") as unmarked:
        assert unmarked.log.sequence() == first
    monkeypatch.setattr(bundled, "mark", lambda base: "newer")
    with Instance.open(tmp_path / "data") as updated:
        heads = {head.iri: head for head in updated.log.heads(source=OWN)}
        assert heads.keys() == {record.iri for record in newer}
        assert heads[changed.iri].label == "new label"
        assert updated.log.sequence() == first + 2


def test_the_mark_moves_with_each_text_and_each_module(monkeypatch: pytest.MonkeyPatch) -> None:
    before = bundled.mark(DEFAULT_BASE)
    assert bundled.mark(DEFAULT_BASE) == before
    assert bundled.mark("http://other.example/") != before
    texts = list(loader.texts())
    monkeypatch.setattr(loader, "texts", lambda: iter([*texts[:-1], (texts[-1][0], texts[-1][1] + b"\n")]))
    assert bundled.mark(DEFAULT_BASE) != before
    monkeypatch.setattr(loader, "texts", lambda: iter(texts))
    assert bundled.mark(DEFAULT_BASE) == before
    code = list(bundled._code())
    assert {"split.py", "executables.py", "example_queries.py", "derivation.py"} <= {name for name, _ in code}
    monkeypatch.setattr(bundled, "_code", lambda: iter(code[1:]))
    assert bundled.mark(DEFAULT_BASE) != before


def test_open_that_fails_leaves_no_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(base: str) -> list[Record]:
        raise ConfigurationError("a shipped file cannot be parsed")

    monkeypatch.setattr(bundled, "records", broken)
    with pytest.raises(ConfigurationError):
        Instance.open(tmp_path / "data", create=True)
