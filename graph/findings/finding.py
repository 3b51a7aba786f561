"""A finding, and the report on one thing that its findings stand in, as data and as the RDF of a record.

One record of the source `findings` is the report on one focus node in one world: a `sh:ValidationReport` with a
`sh:ValidationResult` for each open finding (SHACL, 3.6) and, of a dataset, a `dqv:QualityMeasurement`. A finding has
one address for as long as the rules ask the same: it is made of what is found, not of when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from hashlib import sha256

from graph.records.record import Record
from graph.terms import CG, DQV, PROV, SH, TYPE, XSD, Statement, iri, literal, parse_payload, value_of

KIND = "report"
METRIC = f"{CG}openFindings"

POINTING = frozenset(
    CG + name for name in ("reportOn", "mendableBy", "reportDomain", "evidence", "foundBy", "world")
) | {f"{SH}focusNode", f"{SH}value", f"{SH}sourceShape"}
"""The properties by which nothing but a report points at a thing."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: the part of a finding that its address is made of, and what goes with it.

    `rule` is a number, `shape` the name that the model has; `focus`, `value` and `evidence` are N-Triples texts, `path`
    a path of SPARQL; `severity`, `finding_class` and `component` are IRIs; `messages` by language; `version` is a
    digest of the rule's text; `part` tells which of its constraints it was.
    """

    rule: str
    rule_iri: str
    family: str
    version: str
    part: str
    focus: str
    path: str
    value: str
    component: str
    shape: str
    severity: str
    finding_class: str
    messages: Mapping[str, str]
    evidence: tuple[str, ...]

    def plain(self) -> dict[str, object]:
        """Give its fields by name, for JSON."""
        return {name: getattr(self, name) for name in _FIELDS}

    def digest(self) -> str:
        """Give what tells this finding from all others about the same thing."""
        told = (self.rule, self.path, self.value, self.component, self.shape, *self.evidence)
        return sha256("\0".join(told).encode()).hexdigest()[:12]


_FIELDS = tuple(field.name for field in fields(Found))


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with its address, the world that it holds in, and since when it is open (ISO 8601, UTC).

    `opened` is empty where it is open at a date that is only supposed.
    """

    iri: str
    world: str
    opened: str
    found: Found


@dataclass(frozen=True, slots=True)
class Report:
    """All that is open about one focus node (an N-Triples text) in one world, whom it concerns and in which domains."""

    world: str
    focus: str
    findings: tuple[Finding, ...]
    actors: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    is_dataset: bool = False


def report_iri(base: str, world: str, focus: str) -> str:
    """Give the address of the report on a focus node in a world."""
    return f"{base}id/report/{sha256(f'{world} {focus}'.encode()).hexdigest()[:20]}"


def finding_iri(report: str, found: Found) -> str:
    """Give the address of a finding in a report."""
    return f"{report}#{found.rule.lower()}-{found.digest()}"


def record_of(base: str, report: Report) -> Record:
    """Write a report as a record."""
    name = report_iri(base, report.world, report.focus)
    lines = sorted({f"{s} {p} {o} .\n" for s, p, o in _statements(name, report)})
    return Record(name, KIND, "", "".join(lines).encode())


def _statements(name: str, report: Report) -> Iterator[Statement]:
    subject = iri(name)
    yield subject, TYPE, iri(f"{SH}ValidationReport")
    yield subject, iri(f"{SH}conforms"), _boolean(not report.findings)
    yield subject, iri(f"{CG}world"), literal(report.world)
    yield subject, iri(f"{CG}reportOn"), report.focus
    for actor in report.actors:
        yield subject, iri(f"{CG}mendableBy"), actor
    for domain in report.domains:
        yield subject, iri(f"{CG}reportDomain"), domain
    if report.is_dataset:
        yield from _measurement(subject, measurement_of(name), report)
    for finding in report.findings:
        yield subject, iri(f"{SH}result"), iri(finding.iri)
        yield from _result(finding)


def measurement_of(report: str) -> str:
    """Give the IRI of the measurement that a report on a dataset has."""
    return f"{report}#measurement"


def _measurement(subject: str, name: str, report: Report) -> Iterator[Statement]:
    node = iri(name)
    number = literal(str(len(report.findings)), datatype=f"{XSD}integer")
    yield subject, iri(f"{CG}measured"), node
    yield node, TYPE, iri(f"{DQV}QualityMeasurement")
    yield node, iri(f"{DQV}computedOn"), report.focus
    yield node, iri(f"{DQV}isMeasurementOf"), iri(METRIC)
    yield node, iri(f"{DQV}value"), number


def _result(finding: Finding) -> Iterator[Statement]:
    found, subject = finding.found, iri(finding.iri)
    yield subject, TYPE, iri(f"{SH}ValidationResult")
    yield subject, iri(f"{SH}focusNode"), found.focus
    yield subject, iri(f"{SH}resultSeverity"), iri(found.severity)
    yield subject, iri(f"{SH}sourceConstraintComponent"), iri(found.component)
    yield subject, iri(f"{CG}world"), literal(finding.world)
    yield subject, iri(f"{CG}foundBy"), iri(found.rule_iri)
    yield subject, iri(f"{CG}ruleVersion"), literal(found.version)
    yield subject, iri(f"{CG}rulePart"), literal(found.part)
    yield subject, iri(f"{CG}ruleFamily"), literal(found.family)
    if finding.opened:
        yield subject, iri(f"{PROV}generatedAtTime"), literal(finding.opened, datatype=f"{XSD}dateTime")
    if found.shape.startswith("<"):
        yield subject, iri(f"{SH}sourceShape"), found.shape
    if found.path:
        yield subject, iri(f"{CG}pathText"), literal(found.path)
    if found.value:
        yield subject, iri(f"{SH}value"), found.value
    if found.finding_class:
        yield subject, iri(f"{CG}findingClass"), iri(found.finding_class)
    for language, text in found.messages.items():
        yield subject, iri(f"{SH}resultMessage"), literal(text, language or None)
    for term in found.evidence:
        yield subject, iri(f"{CG}evidence"), term


def statements_of(finding: Finding, cleared: str | None = None) -> Iterator[Statement]:
    """Give the statements about one finding; one that is cleared (since when) is no result any more."""
    for statement in _result(finding):
        if cleared is None or statement[1] != TYPE:
            yield statement
    if cleared is not None:
        yield iri(finding.iri), iri(f"{PROV}invalidatedAtTime"), literal(cleared, datatype=f"{XSD}dateTime")


def _boolean(value: bool) -> str:
    return literal("true" if value else "false", datatype=f"{XSD}boolean")


def read_report(payload: bytes) -> Report:
    """Read a report back from its record. Raises BadTerm for what is no canonical N-Triples."""
    about: dict[str, dict[str, list[str]]] = {}
    for subject, prop, value in parse_payload(payload):
        about.setdefault(subject, {}).setdefault(prop, []).append(value)
    own = next(each for each in about.values() if iri(f"{CG}reportOn") in each)
    results = sorted(own.get(iri(f"{SH}result"), ()))
    return Report(
        world=_text(own, f"{CG}world"),
        focus=own[iri(f"{CG}reportOn")][0],
        findings=tuple(_finding(each, about[each]) for each in results),
        actors=tuple(own.get(iri(f"{CG}mendableBy"), ())),
        domains=tuple(own.get(iri(f"{CG}reportDomain"), ())),
        is_dataset=iri(f"{CG}measured") in own,
    )


def _finding(subject: str, said: Mapping[str, list[str]]) -> Finding:
    shape = said.get(iri(f"{SH}sourceShape"), [""])[0]
    rule_iri = said[iri(f"{CG}foundBy")][0][1:-1]
    found = Found(
        rule=_text(said, f"{CG}rulePart").partition(" ")[0],
        rule_iri=rule_iri,
        family=_text(said, f"{CG}ruleFamily"),
        version=_text(said, f"{CG}ruleVersion"),
        part=_text(said, f"{CG}rulePart"),
        focus=said[iri(f"{SH}focusNode")][0],
        path=_text(said, f"{CG}pathText"),
        value=said.get(iri(f"{SH}value"), [""])[0],
        component=said[iri(f"{SH}sourceConstraintComponent")][0][1:-1],
        shape=shape,
        severity=said[iri(f"{SH}resultSeverity")][0][1:-1],
        finding_class=said.get(iri(f"{CG}findingClass"), ["<>"])[0][1:-1],
        messages=_words(said.get(iri(f"{SH}resultMessage"), ())),
        evidence=tuple(sorted(said.get(iri(f"{CG}evidence"), ()))),
    )
    opened = _text(said, f"{PROV}generatedAtTime")
    return Finding(subject[1:-1], _text(said, f"{CG}world"), opened, found)


def _text(said: Mapping[str, list[str]], name: str) -> str:
    values = said.get(iri(name))
    return value_of(values[0]).value if values else ""


def _words(texts: Iterable[str]) -> dict[str, str]:
    terms = map(value_of, texts)
    return {term.language or "": term.value for term in terms}
