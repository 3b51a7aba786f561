"""A report for a terminal: what was found by which rule, why it matters, how to mend it, and of what."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from api.checks.finding_words import NO_ADVICE, SEVERITIES
from api.console import printable
from api.languages import Texts
from api.reports.told import Told, in_language
from graph.governance.checking.report import Finding
from graph.governance.rules.rulebook import Rule
from graph.terms import SH

SHOWN = 10
"""Findings shown of each rule; the other formats have all."""

_STYLES = {f"{SH}Violation": "bold red", f"{SH}Warning": "yellow", f"{SH}Info": "cyan"}


def write(told: Told, texts: Texts, console: Console) -> None:
    """Print the report; where there is no terminal, lines are not broken."""
    for indent, line in _lines(told, texts):
        if console.is_terminal:
            console.print(Padding(line, (0, 0, 0, indent)))
        else:
            console.print(Text(" " * indent) + line, soft_wrap=True)


def _lines(told: Told, texts: Texts) -> Iterator[tuple[int, Text]]:
    """Give the lines, each with its indent."""
    title = in_language(told.report.title, texts.language) or told.report.shapes
    yield 0, Text(f"{title}: {told.subject}" if told.subject else title, style="bold")
    counts = ", ".join(text for _, text in told.counted(texts))
    yield 0, Text(told.summary(texts) + (f" {counts}." if counts else ""))
    yield 0, Text(told.dated(texts))
    yield 0, Text(texts.text(NO_ADVICE), style="dim")
    for rule, findings in told.groups():
        yield 0, Text()
        yield from _of_rule(rule, findings, texts) if rule is not None else ()
        for finding in findings[:SHOWN]:
            yield from _of_finding(told, finding, texts, named=rule is None)
        if len(findings) > SHOWN:
            more = texts.plural("%(number)s more finding", "%(number)s more findings", len(findings) - SHOWN)
            yield 2, Text(f"… {more}", style="dim")


def _of_rule(rule: Rule, findings: tuple[Finding, ...], texts: Texts) -> Iterator[tuple[int, Text]]:
    severity = (texts.text(SEVERITIES[rule.severity]), _STYLES[rule.severity])
    head = Text.assemble((rule.number, "bold"), "  ", (in_language(rule.title, texts.language), "bold"), "  ", severity)
    yield 0, Text.assemble(head, f"  {texts.number(len(findings))}")
    language = texts.language
    yield 5, Text(in_language(rule.definition, language))
    yield 5, Text(texts.text("Source: %(source)s", source=in_language(rule.citation, language)), style="dim")
    yield 5, Text(texts.text("To mend it: %(remedy)s", remedy=in_language(rule.remedy, language)))


def _of_finding(told: Told, finding: Finding, texts: Texts, *, named: bool) -> Iterator[tuple[int, Text]]:
    """Tell one finding; in a profile, which has no rules, with its severity."""
    line = told.line_of(finding)
    severity = (f"{texts.text(SEVERITIES[finding.severity])} ", _STYLES[finding.severity]) if named else ""
    place = texts.text("line %(line)s", line=line) if line is not None else ""
    name = told.called(finding.focus)
    address = finding.focus.strip("<>") if name != finding.focus.strip("<>") else ""
    yield 2, Text.assemble("• ", severity, printable(name), ("  ".join(["", *filter(None, (place, address))]), "dim"))
    message = told.message(finding, texts.language)
    value = told.called(finding.value) if finding.value and finding.value != finding.focus else ""
    shown = f" ({printable(value)})" if value and value not in message else ""
    yield 4, Text(printable(message) + shown)
