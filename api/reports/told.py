"""A report with what only its asker knows, and how its terms are written for a reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from api.checks.finding_words import NO_ADVICE, SEVERITIES
from api.languages import ENGLISH, FRENCH, LANGUAGES, Texts, mark, texts_in
from graph.governance.checking.report import Finding, Report
from graph.governance.rules.rulebook import Rule, Words
from graph.terminology.explain import curie
from graph.terms import SH, value_of

_ORIGINS = {
    "given": mark("as asked for"),
    "recorded": mark("as the data record it"),
    "today": mark("the day of the check, since none is recorded"),
}
_BLANK = "_:"


@dataclass(frozen=True)
class Told:
    """A report to be written.

    `subject`: what was checked, a file's name for example. `line_of`: the line of the input that a finding is about,
    None where unknown. `name_of`: what an IRI or a blank node is called in the reader's language, or None.
    """

    report: Report
    subject: str = ""
    line_of: Callable[[Finding], int | None] = lambda _: None
    name_of: Callable[[str], str | None] = lambda _: None

    def groups(self) -> Iterator[tuple[Rule | None, tuple[Finding, ...]]]:
        """Give the findings by rule, in the order of the numbers; those of a profile stand under None."""
        for findings in self.report.by_rule().values():
            yield findings[0].rule, findings

    def called(self, term: str) -> str:
        """Write a term for a reader: by its name, else by its prefix, else as it is."""
        if term.startswith("<"):
            return self.name_of(term[1:-1]) or curie(term[1:-1])
        return (self.name_of(term) or term) if term.startswith(_BLANK) else value_of(term).value

    def message(self, finding: Finding, language: str) -> str:
        """Give what is wrong in a language, with the names of things in place of their addresses."""
        return message_of(finding, language, self.name_of)

    def counted(self, texts: Texts) -> list[tuple[str, str]]:
        """Count the findings of each severity that has any: its sign, the count in words; the gravest first."""
        counts = self.report.by_severity()
        return [(name, _count(texts, name, counts[SH + name])) for name in _SEVERITIES if counts.get(SH + name)]

    def summary(self, texts: Texts) -> str:
        """Say in a sentence what was found."""
        found = len(self.report.findings)
        if not found:
            return texts.text("Nothing was found.")
        return texts.plural("%(number)s finding.", "%(number)s findings.", found)

    def dated(self, texts: Texts) -> str:
        """Say at which date the data are judged, and why."""
        day = texts.date(self.report.date.isoformat())
        return texts.text("Judged at %(day)s (%(why)s).", day=day, why=texts.text(_ORIGINS[self.report.origin]))


def message_of(finding: Finding, language: str, name_of: Callable[[str], str | None]) -> str:
    """Give what is wrong in a language, with the names of things in place of their addresses."""
    text = in_language(finding.messages, language)
    terms = [finding.focus, finding.value or "", *(term for _, term in finding.evidence)]
    for term in sorted((each for each in terms if each.startswith("<")), key=len, reverse=True):
        if term[1:-1] in text and (name := name_of(term[1:-1])) is not None:
            text = text.replace(term[1:-1], f"“{name}”" if language == ENGLISH else f"«\u00a0{name}\u00a0»")
    return text


_SEVERITIES = tuple(severity.removeprefix(SH) for severity in SEVERITIES)


def _count(texts: Texts, severity: str, number: int) -> str:
    if severity == "Violation":
        return texts.plural("%(number)s violation", "%(number)s violations", number)
    if severity == "Warning":
        return texts.plural("%(number)s warning", "%(number)s warnings", number)
    return texts.plural("%(number)s information", "%(number)s pieces of information", number)


def no_advice() -> dict[str, str]:
    """Give, by language, what every report says of itself."""
    return {language: texts_in(language).text(NO_ADVICE) for language in (FRENCH, ENGLISH)}


def in_language(words: Words, language: str) -> str:
    """Choose a text in a language; that without one, or any other, where there is none."""
    found = next((words[each] for each in (language, "", *LANGUAGES) if each in words), None)
    return found if found is not None else next(iter(words.values()), "")


def term_data(term: str) -> dict[str, Any]:
    """Write a term as the JSON results of SPARQL do: https://www.w3.org/TR/sparql11-results-json/#select-encode-terms."""
    if term.startswith(_BLANK):
        return {"type": "bnode", "value": term.removeprefix(_BLANK)}
    found = value_of(term)
    if found.kind == "iri":
        return {"type": "uri", "value": found.value}
    known = {"xml:lang": found.language, "datatype": found.datatype}
    return {"type": "literal", "value": found.value, **{name: value for name, value in known.items() if value}}
