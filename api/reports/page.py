"""A report as a page: laid out for the site's own, and as a file that can be opened, printed and sent by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from api.checks.finding_words import NO_ADVICE, SEVERITIES, severity_sign
from api.files import STATIC, rendered
from api.languages import LANGUAGES, Texts, texts_in
from api.links import outward
from api.reports.told import Told, in_language
from graph.governance.checking.report import Finding
from graph.governance.rules.rulebook import Rule

SHOWN = 200
"""Findings that a page shows of each rule; CSV and JSON have all."""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One finding: the thing by name and address, what is wrong, the value where the message does not tell it."""

    name: str
    address: str
    href: str | None
    message: str
    value: str
    line: int | None
    severity: str
    sign: str


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """The findings of a rule, or of a profile (`rule` is None): the first of them, and how many more there are."""

    rule: Rule | None
    number: int
    href: str | None
    title: str
    definition: str
    citation: str
    remedy: str
    severity: str
    sign: str
    findings: list[ShownFinding]
    more: int


@dataclass(frozen=True)
class ShownReport:
    """A report in the reader's language."""

    title: str
    subject: str
    conforms: bool
    summary: str
    counts: list[tuple[str, str]]
    dated: str
    groups: list[ShownGroup]
    no_advice: str = NO_ADVICE

    @property
    def verdict(self) -> str:
        """The name that styles know for the outcome."""
        if self.conforms:
            return "verdict-good"
        return "verdict-bad" if any(sign == "violation" for sign, _ in self.counts) else "verdict-found"


def lay_out(told: Told, texts: Texts, *, rule_address: Callable[[Rule], str], most: int = SHOWN) -> ShownReport:
    """Lay a report out; `rule_address` tells where a rule is explained."""
    return ShownReport(
        in_language(told.report.title, texts.language) or texts.text("Governance rules"),
        told.subject,
        told.report.conforms,
        told.summary(texts),
        [(sign.lower(), text) for sign, text in told.counted(texts)],
        told.dated(texts),
        [_group(told, texts, rule, some, rule_address=rule_address, most=most) for rule, some in told.groups()],
    )


def _group(
    told: Told,
    texts: Texts,
    rule: Rule | None,
    findings: tuple[Finding, ...],
    *,
    rule_address: Callable[[Rule], str],
    most: int,
) -> ShownGroup:
    shown = [_finding(told, texts, each) for each in findings[:most]]
    more = len(findings) - len(shown)
    if rule is None:
        return ShownGroup(None, len(findings), None, "", "", "", "", "", "", shown, more)
    language = texts.language
    return ShownGroup(
        rule,
        len(findings),
        rule_address(rule),
        in_language(rule.title, language),
        in_language(rule.definition, language),
        in_language(rule.citation, language),
        in_language(rule.remedy, language),
        texts.text(SEVERITIES[rule.severity]),
        severity_sign(rule.severity),
        shown,
        more,
    )


def _finding(told: Told, texts: Texts, finding: Finding) -> ShownFinding:
    name, address = told.called(finding.focus), finding.focus.strip("<>")
    message = told.message(finding, texts.language)
    value = told.called(finding.value) if finding.value and finding.value != finding.focus else ""
    return ShownFinding(
        name,
        address if address != name else "",
        outward(address) if finding.focus.startswith("<") else None,
        message,
        value if value not in message else "",
        told.line_of(finding),
        texts.text(SEVERITIES[finding.severity]),
        severity_sign(finding.severity),
    )


def write(told: Told, language: str) -> str:
    """Write the report as one file of HTML, which needs nothing else."""
    texts = texts_in(language)
    return rendered(
        "report_file.html",
        _=texts.text,
        ngettext=texts.plural,
        number=texts.number,
        language=language,
        languages=LANGUAGES,
        style=(STATIC / "styles" / "report.css").read_text(encoding="utf-8"),
        report=lay_out(told, texts, rule_address=lambda rule: rule.iri),
    )  # fmt: skip
