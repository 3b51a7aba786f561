"""The command line as people and scripts meet it: what it prints where, and how it ends."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from benchmarks.generator import write
from tests.processes import COMMAND, civigraph, environment, served, started

TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://city.example/d1> a dcat:Dataset ; dct:title "Arrêts de bus"@fr ; dct:publisher <https://city.example/a> .
<https://city.example/d2> a dcat:Dataset ; dct:title "[bold]Stationnement[/bold]"@fr .
<https://city.example/a> a foaf:Agent ; foaf:name "Ville" .
"""
TITLES = """SELECT ?t WHERE { ?d a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> ?t }
ORDER BY ?t"""
NO_DATE = '<https://city.example/d1> dct:issued "never"^^<http://www.w3.org/2001/XMLSchema#date> .'


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a small source `city`; tests do not change it."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "city.ttl").write_text(TURTLE)
    ended = civigraph(folder / "data", "import", folder / "city.ttl", "--source", "city")
    assert ended.returncode == 0, ended.stderr
    return folder / "data"


def failed(ended: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """See that a command failed in an orderly way, and give what it said."""
    assert ended.returncode == code, ended.stderr
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_version(tmp_path: Path) -> None:
    ended = civigraph(tmp_path, "--version")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "civigraph 0.1.0\n", "")


def test_wrong_call_ends_with_2(tmp_path: Path) -> None:
    assert "--wrong" in failed(civigraph(tmp_path, "status", "--wrong"), 2)
    assert "frobnicate" in failed(civigraph(tmp_path, "frobnicate"), 2)
    failed(civigraph(tmp_path, "import"), 2)


def test_wrong_setting_ends_with_2(tmp_path: Path) -> None:
    assert "base_url" in failed(civigraph(tmp_path, "serve", "--base-url", "ftp://nowhere"), 2)


def test_init_fixes_the_base(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert civigraph(data, "init", "--base", "https://data.example/").returncode == 0
    assert json.loads(civigraph(data, "status", "--json").stdout)["base"] == "https://data.example/"
    assert civigraph(data, "init").returncode == 0
    assert "https://data.example/" in failed(civigraph(data, "init", "--base", "https://other.example/"), 2)


@pytest.mark.parametrize("command", [["status"], ["export"], ["query", "-e", "ASK {}"], ["rebuild"], ["verify"]])
def test_reading_commands_make_no_folder(tmp_path: Path, command: list[str]) -> None:
    assert "civigraph init" in failed(civigraph(tmp_path / "absent", *command))
    assert not (tmp_path / "absent").exists()


def test_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_text("precious")
    (tmp_path / "city.ttl").write_text(TURTLE)
    assert "not Civigraph's" in failed(civigraph(tmp_path, "import", tmp_path / "city.ttl"))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["city.ttl", "thesis.odt"]


def test_import_makes_the_folder_and_reports(tmp_path: Path) -> None:
    (tmp_path / "city.ttl").write_text(TURTLE + NO_DATE)
    ended = civigraph(tmp_path / "data", "import", tmp_path / "city.ttl", "--report", tmp_path / "report.json")
    assert ended.returncode == 0, ended.stderr
    assert "3 of 3 records" in ended.stdout or "3 records" in ended.stdout
    assert "never" in ended.stdout
    (file,) = json.loads((tmp_path / "report.json").read_text())["files"]
    assert (file["records"], file["created"], file["refused_whole"]) == (3, 3, None)
    assert any("never" in line["what"] for line in file["lines"])


def test_second_import_of_the_same_adds_nothing(tmp_path: Path) -> None:
    (tmp_path / "city.ttl").write_text(TURTLE)
    for _ in range(2):
        assert civigraph(tmp_path / "data", "import", tmp_path / "city.ttl").returncode == 0
        sequence = json.loads(civigraph(tmp_path / "data", "status", "--json").stdout)["log_sequence"]
        last = locals().get("last", sequence)
        assert sequence == last


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.ttl", "<https://city.example/d1> a"),
        ("notes.docx", "PK\x03\x04"),
        ("cut.rdf", "<rdf:RDF xmlns:rdf='x'>"),
    ],
)
def test_refused_file_ends_with_1_and_others_are_taken(tmp_path: Path, name: str, content: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / name).write_text(content)
    (folder / "city.ttl").write_text(TURTLE)
    ended = civigraph(tmp_path / "data", "import", folder)
    assert ended.returncode == 1
    assert f"{folder / name}: refused" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert json.loads(civigraph(tmp_path / "data", "status", "--json").stdout)["kinds"]["dataset"] == 2


def test_absent_path_is_told(tmp_path: Path) -> None:
    ended = civigraph(tmp_path / "data", "import", tmp_path / "absent.ttl")
    assert ended.returncode == 1
    assert "absent.ttl" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_members_are_not_in_public_answers(tmp_path: Path) -> None:
    (tmp_path / "city.ttl").write_text(TURTLE)
    data = tmp_path / "data"
    assert civigraph(data, "import", tmp_path / "city.ttl", "--audience", "members").returncode == 0
    assert civigraph(data, "query", "-e", TITLES, "--format", "csv").stdout.split() == ["t"]
    assert "Arr" not in civigraph(data, "export", "--format", "nt").stdout
    assert "Arr" in civigraph(data, "export", "--format", "nt", "--audience", "members").stdout


def test_query_formats(filled: Path) -> None:
    table = civigraph(filled, "query", "-e", TITLES)
    assert civigraph(filled, "query", TITLES).stdout == table.stdout
    assert "[bold]Stationnement[/bold]" in table.stdout
    assert "Arrêts de bus" in table.stdout
    rows = json.loads(civigraph(filled, "query", "-e", TITLES, "--format", "json").stdout)["results"]["bindings"]
    assert [row["t"]["value"] for row in rows] == ["Arrêts de bus", "[bold]Stationnement[/bold]"]
    describe = civigraph(filled, "query", "-e", "DESCRIBE <https://city.example/d1>", "--format", "nt")
    assert '"Arrêts de bus"@fr' in describe.stdout
    assert civigraph(filled, "query", "-e", "ASK { ?s ?p ?o }").stdout == "yes\n"


def test_query_from_file_and_standard_input(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "question.rq").write_text(TITLES)
    by_file = civigraph(filled, "query", tmp_path / "question.rq", "--format", "tsv")
    piped = subprocess.run(
        [*COMMAND, "query", "-", "--format", "tsv"],
        input=TITLES, env=environment(filled), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert by_file.stdout == piped.stdout != ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-e", "SELECT ?x WHERE { ?x"], "not well-formed"),
        (["-e", "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"], "SERVICE"),
        (["-e", "ASK {}", "--format", "docx"], "docx"),
        (["absent.rq"], "absent.rq"),
        ([], "-e"),
    ],
)
def test_wrong_query_is_told(filled: Path, arguments: list[str], said: str) -> None:
    assert said in failed(civigraph(filled, "query", *arguments))


def test_export_gives_only_data(filled: Path, tmp_path: Path) -> None:
    ended = civigraph(filled, "export", "--format", "nt", "--source", "city")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(ended.stdout.splitlines()) == TURTLE.count(" ;") + TURTLE.count(" .\n") - 3
    written = civigraph(filled, "export", "--format", "nt", "--source", "city", "-o", tmp_path / "all.nt")
    assert (written.returncode, written.stdout) == (0, "")
    assert (tmp_path / "all.nt").read_text() == ended.stdout
    assert "docx" in failed(civigraph(filled, "export", "--format", "docx"))
    assert "nobody" in failed(civigraph(filled, "export", "--source", "nobody"))


def test_export_refuses_what_there_is_not(filled: Path, tmp_path: Path) -> None:
    away = failed(civigraph(filled, "export", "-o", tmp_path / "away" / "all.ttl"))
    assert "cannot be written: No such file or directory" in away
    assert "fault of civigraph" not in away
    assert "use one of members, public" in failed(civigraph(filled, "export", "--audience", "nope"))
    source = tmp_path / "a.ttl"
    source.write_text("<http://example.org/x> <http://purl.org/dc/terms/title> 'x' .")
    report = failed(civigraph(filled, "import", source, "--report", tmp_path / "away" / "report.json"))
    assert "cannot be written" in report
    assert f"{source.stem}\t" not in civigraph(filled, "source", "list").stdout


def test_failed_export_leaves_the_old_file(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "all.nt").write_text("old")
    failed(civigraph(filled, "export", "--format", "docx", "-o", tmp_path / "all.nt"))
    assert [each.name for each in tmp_path.iterdir()] == ["all.nt"]
    assert (tmp_path / "all.nt").read_text() == "old"


def test_sources_are_listed_and_removed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("one", "two"):
        (tmp_path / f"{name}.ttl").write_text(TURTLE.replace("Ville", f"Ville {name}"))
        assert civigraph(data, "import", tmp_path / f"{name}.ttl", "--source", name).returncode == 0
    listed = [line.split("\t") for line in civigraph(data, "source", "list").stdout.splitlines()]
    assert {line[0]: line[1] for line in listed if line[0] in {"one", "two"}} == {"one": "3", "two": "3"}
    assert civigraph(data, "source", "remove", "one").returncode == 0
    left = civigraph(data, "export", "--format", "nt").stdout
    assert "Ville two" in left
    assert "Ville one" not in left
    assert "no source" in failed(civigraph(data, "source", "remove", "three"))


def test_rebuild_and_verify(filled: Path) -> None:
    before = civigraph(filled, "query", "-e", TITLES, "--format", "csv").stdout
    assert civigraph(filled, "rebuild").returncode == 0
    assert civigraph(filled, "query", "-e", TITLES, "--format", "csv").stdout == before
    assert civigraph(filled, "verify").returncode == 0


def test_broken_log_is_found(tmp_path: Path) -> None:
    (tmp_path / "city.ttl").write_text(TURTLE)
    assert civigraph(tmp_path / "data", "import", tmp_path / "city.ttl").returncode == 0
    log = sqlite3.connect(tmp_path / "data" / "civigraph.sqlite")
    tables = [
        name for (name,) in log.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%chain%' AND type = 'table'")
    ]
    for name in tables:
        log.execute(f"UPDATE {name} SET agent = 'somebody else' WHERE rowid = 3")
    log.commit()
    log.close()
    assert "log" in failed(civigraph(tmp_path / "data", "verify"))


def test_reader_that_goes_away_is_no_error(filled: Path) -> None:
    with started(filled, "export", "--format", "nt", "--source", "civigraph") as process:
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert "Traceback" not in errors
    assert "error" not in errors


def test_serve_tells_its_address_and_stops_by_ctrl_c(tmp_path: Path) -> None:
    with served(tmp_path / "data") as server:
        assert server.client.get("/health").status_code == 200
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(20) == 0
    assert not any("Traceback" in line for line in server.heard)


def test_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = civigraph(tmp_path / "data", "serve", "--port", str(taken.getsockname()[1]))
    assert "--port" in failed(ended, 2)


def test_second_server_is_refused(tmp_path: Path) -> None:
    with served(tmp_path / "data") as server:
        said = failed(civigraph(tmp_path / "data", "serve", "--port", "0"))
        assert str(server.process.pid) in said
        assert server.client.get("/health").status_code == 200


def test_rebuild_beside_a_server_is_refused(tmp_path: Path) -> None:
    with served(tmp_path / "data") as server:
        assert str(server.process.pid) in failed(civigraph(tmp_path / "data", "rebuild"))


def on_terminal(data: Path, *arguments: str | Path) -> Iterator[bytes]:
    """Run a command whose standard error is a terminal, and give what it draws there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        env={**environment(data), "TERM": "xterm"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        while True:
            try:
                piece = terminal.read(65536)
            except OSError:
                break
            if not piece:
                break
            yield piece
    assert process.wait(60) == 0


def test_long_import_draws_a_bar_on_a_terminal(tmp_path: Path) -> None:
    write(tmp_path / "catalogue.nt", 4000)
    began = monotonic()
    drawn = b"".join(on_terminal(tmp_path / "data", "import", tmp_path / "catalogue.nt")).decode(errors="replace")
    assert monotonic() - began > 1, "too quick to need a bar: import more"
    assert "%" in drawn
    assert "catalogue" in drawn


def test_a_copy_is_not_restored_beside_a_log_that_is_kept_elsewhere(filled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert civigraph(filled, "backup", copy).returncode == 0
    told = failed(civigraph(tmp_path / "made", "restore", copy, log_url="postgresql://127.0.0.1:1/nowhere"), 2)
    assert "elsewhere" in told
    assert not (tmp_path / "made").exists()
    assert civigraph(tmp_path / "made", "restore", copy).returncode == 0
