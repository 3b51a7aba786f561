"""Commands that bring descriptions in and give them out: import, export."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import DataOption, opened, settle
from api.commands.output import written
from api.console import progress, say

if TYPE_CHECKING:
    from graph.ingest.report import FileReport, Report

LINES_SHOWN = 10
"""Lines of loss shown for each file; the rest is in the report file."""

_STAGES = {"read": "reading", "append": "writing"}


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("import")(import_files)
    app.command("export")(export_records)


def import_files(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders with files.")],
    data: DataOption = None,
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="NAME", help="Name of the source that says so.", show_default="file name"),
    ] = None,
    audience: Annotated[
        str,
        typer.Option(
            "--audience", metavar="AUDIENCE", help="Who may read it: public, members or the IRI of an agreement."
        ),
    ] = "public",
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the whole report to this file, as JSON.")
    ] = None,
) -> None:
    """Import descriptions: RDF in any syntax, RUDI JSON, gzip of each.

    What one source says is replaced record by record. A statement that cannot be kept is left out and told; a file that
    cannot be read is refused whole. Ends with 0 when every file was read, with 1 when one was refused or has an unknown
    format.
    """
    from graph.ingest.run import run_import

    with nullcontext() if report is None else written(report) as file:
        with opened(data, create=True) as instance, instance.following(), progress("importing") as advance:
            done = run_import(
                instance,
                paths,
                source=source,
                audience=audience,
                agent="operator",
                progress=lambda step: advance(
                    f"{_STAGES.get(step.stage, step.stage)} {step.name}", step.done, step.total
                ),
            )
            settle(instance, advance)
        if file is not None:
            file.write(json.dumps(asdict(done), ensure_ascii=False, indent=1, default=str).encode() + b"\n")
    _tell(done, report)
    if done.failed:
        raise typer.Exit(1)


def _tell(report: Report, written: Path | None) -> None:
    """Print the report: data, so on standard output."""
    for file in report.files:
        for line in _lines(file, written):
            print(line)


def _lines(file: FileReport, written: Path | None) -> list[str]:
    """Give the lines that tell what became of one file."""
    if file.refused_whole is not None:
        return [f"{file.path}: refused: {file.refused_whole}"]
    told = [
        f"{file.path}: {file.format}, {file.accepted:,} of {file.records:,} records accepted "
        f"({file.created:,} new, {file.replaced:,} replaced, {file.unchanged:,} unchanged, {file.deleted:,} deleted), "
        f"{file.kept:,} of {file.statements:,} statements kept"
    ]
    told += [f"  {each.where}: {each.what}: {each.why}; kept: {each.kept}" for each in file.lines[:LINES_SHOWN]]
    if len(file.lines) > LINES_SHOWN:
        place = f"in {written}" if written else "with --report FILE"
        told.append(f"  … {len(file.lines) - LINES_SHOWN:,} more, {place}")
    return told


def export_records(
    data: DataOption = None,
    syntax: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="nt, ttl, rdf, jsonld, nq or trig.", show_default=True)
    ] = "ttl",
    source: Annotated[
        list[str] | None, typer.Option("--source", metavar="NAME", help="Only what this source says; may be repeated.")
    ] = None,
    audience: Annotated[
        list[str] | None,
        typer.Option(
            "--audience", metavar="AUDIENCE", help="Export this audience's records; may be repeated; default public."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead of to standard output.")
    ] = None,
) -> None:
    """Export what the log says now, without what is derived from it."""
    from graph.export import export
    from graph.log.rows import PUBLIC

    with opened(data) as instance:
        if output is None:
            out = sys.stdout.buffer
            export(instance, out, format=syntax, sources=source or None, audiences=audience or (PUBLIC,))
            out.flush()
            return
        with written(output) as file:
            export(instance, file, format=syntax, sources=source or None, audiences=audience or (PUBLIC,))
        say(f"written to {output}")
