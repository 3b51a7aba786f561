"""A report as Turtle: sh:ValidationReport (SHACL, 3.6), each result with its rule and class, each rule in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from api.reports.told import Told, no_advice
from graph.governance.checking.report import Finding
from graph.governance.checking.shaclpaths import shacl_path
from graph.governance.rules.rulebook import RULE, Rule
from graph.terms import CG, DCT, RDFS, SH, SKOS, XSD, iri, literal

_PREFIXES = {
    "cg": CG,
    "dct": DCT,
    "rdfs": RDFS,
    "rule": RULE,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
}
_REPORT = "_:report"


def write(told: Told) -> Iterator[str]:
    """Write the report in pieces: itself, its results, and what its rules say."""
    report = told.report
    yield "".join(f"@prefix {name}: <{space}> .\n" for name, space in _PREFIXES.items())
    about = {"sh:conforms": [str(report.conforms).lower()], "dct:valid": [_date(report.date.isoformat())]}
    about |= {"dct:title": _texts(report.title), "rdfs:comment": _texts(no_advice())}
    yield _block(f"\n{_REPORT} a sh:ValidationReport", about)
    for finding in report.findings:
        yield f"\n{_REPORT} sh:result [\n    {_result(told, finding)}\n] .\n"
    rules = {finding.rule.number: finding.rule for finding in report.findings if finding.rule is not None}
    for number in sorted(rules):
        yield _block(f"\n{_name(rules[number].iri)} a skos:Concept", _rule(rules[number]))
    for shape, rule in sorted(_parts(report.findings).items()):
        yield f"\n{_name(shape)} dct:isPartOf {_name(rule)} .\n"


def _result(told: Told, finding: Finding) -> str:
    """Write the properties of one result; a shape without an address has none that could be named."""
    line = told.line_of(finding)
    properties: dict[str, list[str]] = {
        "sh:focusNode": [finding.focus],
        "sh:resultPath": [shacl_path(finding.path)] if finding.path else [],
        "sh:value": [finding.value] if finding.value is not None else [],
        "sh:resultSeverity": [_name(finding.severity)],
        "sh:sourceConstraintComponent": [_name(finding.component)],
        "sh:sourceShape": [_name(finding.shape[1:-1])] if finding.shape.startswith("<") else [],
        "sh:sourceConstraint": [_name(each[1:-1]) for each in [finding.constraint or ""] if each.startswith("<")],
        "sh:resultMessage": _texts(finding.messages),
        "cg:findingClass": [_name(finding.finding_class)] if finding.finding_class else [],
        "rdfs:comment": [*_texts({"fr": f"Ligne {line}", "en": f"Line {line}"})] if line is not None else [],
    }
    return " ;\n    ".join(["a sh:ValidationResult", *_pairs(properties)])


def _rule(rule: Rule) -> dict[str, list[str]]:
    return {
        "skos:notation": [literal(rule.number)],
        "skos:prefLabel": _texts(rule.title),
        "skos:definition": _texts(rule.definition),
        "dct:bibliographicCitation": _texts(rule.citation),
        "dct:source": [iri(source) for source in rule.sources],
        "cg:remedy": _texts(rule.remedy),
    }


def _parts(findings: Iterable[Finding]) -> dict[str, str]:
    """Give the shapes that are parts of a rule, with the rule."""
    return {
        finding.shape[1:-1]: finding.rule.iri
        for finding in findings
        if finding.rule is not None and finding.shape.startswith("<") and finding.shape[1:-1] != finding.rule.iri
    }


def _block(head: str, properties: Mapping[str, list[str]]) -> str:
    return " ;\n    ".join([head, *_pairs(properties)]) + " .\n"


def _pairs(properties: Mapping[str, list[str]]) -> list[str]:
    return [f"{name} {' , '.join(values)}" for name, values in properties.items() if values]


def _texts(words: Mapping[str, str]) -> list[str]:
    return [literal(text, language or None) for language, text in words.items()]


def _date(text: str) -> str:
    return f'"{text}"^^xsd:date'


def _name(address: str) -> str:
    """Write an IRI by its prefix where the rest is a plain name."""
    for prefix, space in _PREFIXES.items():
        rest = address.removeprefix(space)
        if rest != address and rest.replace("-", "").replace("_", "").isalnum() and rest.isascii():
            return f"{prefix}:{rest}"
    return iri(address)
