"""What follows from the ontology, by a reasoner (HermiT): OWL 2 Direct Semantics, https://www.w3.org/TR/owl2-syntax/."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

import pyoxigraph as ox

from graph.errors import ConfigurationError, DeadlineReached, WorkerDied

SECONDS = 120.0
MEGABYTES = 1000


@dataclass(frozen=True, slots=True)
class Reasoned:
    """What a reasoner found: classes by IRI; `ancestors` leaves out the class itself and owl:Thing."""

    consistent: bool
    unsatisfiable: tuple[str, ...]
    ancestors: dict[str, tuple[str, ...]]


def missing() -> str:
    """Say what keeps the reasoner from running on this machine; an empty text where nothing does."""
    if find_spec("owlready2") is None:
        return "owlready2 is not installed (pip install 'civigraph[reasoner]')"
    if shutil.which("java") is None:
        return "there is no java (Debian: apt-get install default-jre-headless)"
    return ""


def reason(files: Iterable[tuple[str, bytes]], *, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> Reasoned:
    """Classify what Turtle files, (name, text) each, say together.

    Raises ConfigurationError where the reasoner cannot run or a file is broken, DeadlineReached, and WorkerDied with
    the reasoner's own words where it gave up.
    """
    if reason := missing():
        raise ConfigurationError(f"the reasoner cannot run: {reason}")
    lines = "".join(_lines(files)).encode()
    command = [sys.executable, "-m", "graph.terminology.hermit", str(megabytes)]
    try:
        done = subprocess.run(command, input=lines, capture_output=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise DeadlineReached(f"the reasoner did not end within {seconds:g} s") from None
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise WorkerDied(f"the reasoner gave up: {words[-1] if words else f'status {done.returncode}'}")
    found = json.loads(done.stdout)
    ancestors = {iri: tuple(parents) for iri, parents in found["ancestors"].items()}
    return Reasoned(found["consistent"], tuple(found["unsatisfiable"]), ancestors)


def _lines(files: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    """Write the files as N-Triples, blank nodes told apart by file."""
    for number, (name, text) in enumerate(files):
        try:
            for triple in ox.parse(text, format=ox.RdfFormat.TURTLE):
                subject, value = (str(each) for each in (triple.subject, triple.object))
                subject, value = (f"_:f{number}{each[2:]}" if each[:2] == "_:" else each for each in (subject, value))
                yield f"{subject} {triple.predicate} {value} .\n"
        except SyntaxError as error:
            raise ConfigurationError(f"not Turtle: {error}", where=name) from error
