"""The queries of SHACL Core: one constraint in, one SELECT out, whose rows are its violations.

Every row has ?this; ?value where the component reports a value, ?path where it reports a property of its own. Two
values are one where `sameTerm` says so, never `=`. Where a comparison is an error, there is a violation (SHACL, 4.3 and
4.5.3).
"""

from __future__ import annotations

from collections.abc import Callable

from graph.governance.compiling.components import KINDS
from graph.governance.compiling.datatypes import of_datatype
from graph.governance.compiling.model import Leaf, Path
from graph.governance.compiling.sources import TYPE, Classes, Given, Source, Targets, leads, of_class, reached
from graph.terms import SH


def pairs(source: Source, path: Path | None, classes: Classes) -> str:
    """Write the query for each focus node with each of its value nodes, each pair once."""
    return f"SELECT DISTINCT ?this ?value WHERE {{ {reached(source, path, 'this', 'value', classes)} }}"


def pairs_to(values: Given, source: Targets, path: Path, classes: Classes) -> str:
    """Write the query for the focus nodes that lead to some nodes, each with it, each pair once."""
    step = f"{values.pattern('value', classes)} ?this {path.text} ?value ."
    held = "" if source.are_subjects_of(path.predicate) else source.test("this", classes)
    return f"SELECT DISTINCT ?this ?value WHERE {{ {step} {held} }}"


def is_of_value(constraint: Leaf) -> bool:
    """Say whether a constraint tells a violation from the value alone, whatever leads to it."""
    return constraint.parameter in _TESTS or constraint.parameter == "class"


def nodes(source: Source, classes: Classes) -> str:
    """Write the query for the nodes of a source."""
    return f"SELECT ?this WHERE {{ {source.pattern('this', classes)} }}"


def leaf(constraint: Leaf, source: Source, path: Path | None, classes: Classes) -> str:
    """Write the query for the violations of a constraint."""
    name = constraint.parameter
    if name in _WHOLE:
        return _WHOLE[name](constraint, source, path, classes)
    wrong = _class(constraint.values[0], classes) if name == "class" else _TESTS[name](constraint.values)
    body = reached(source, path, "this", "value", classes)
    return f"SELECT DISTINCT ?this ?value WHERE {{ {{ {body} }} FILTER({wrong}) }}"


def _class(name: str, classes: Classes) -> str:
    found = of_class("value", name, classes)
    if len(found) == 1:
        return f"NOT EXISTS {{ {found[0]} }}"
    below = ", ".join(classes[name])
    return f"NOT EXISTS {{ ?value {TYPE} ?class . FILTER(?class IN ({below})) }}"


def _kind(values: tuple[str, ...]) -> str:
    tests = KINDS[values[0][1:-1].removeprefix(SH)]
    return "!(" + " || ".join(f"{test}(?value)" for test in tests) + ")"


def _compared(sign: str) -> Callable[[tuple[str, ...]], str]:
    return lambda values: f"!COALESCE(?value {sign} {values[0]}, false)"


def _length(sign: str) -> Callable[[tuple[str, ...]], str]:
    return lambda values: f"isBlank(?value) || !(STRLEN(STR(?value)) {sign} {values[0]})"


def _pattern(values: tuple[str, ...]) -> str:
    return f"isBlank(?value) || !REGEX(STR(?value), {', '.join(values)})"


def _language(values: tuple[str, ...]) -> str:
    any_of = " || ".join(f"langMatches(LANG(?value), {tag})" for tag in values) or "false"
    return f'!COALESCE(LANG(?value) != "" && ({any_of}), false)'


def _in(values: tuple[str, ...]) -> str:
    return "!(" + (" || ".join(f"sameTerm(?value, {each})" for each in values) or "false") + ")"


_TESTS: dict[str, Callable[[tuple[str, ...]], str]] = {
    "datatype": lambda values: f"!{of_datatype('?value', values[0])}",
    "nodeKind": _kind,
    "minExclusive": _compared(">"),
    "minInclusive": _compared(">="),
    "maxExclusive": _compared("<"),
    "maxInclusive": _compared("<="),
    "minLength": _length(">="),
    "maxLength": _length("<="),
    "pattern": _pattern,
    "languageIn": _language,
    "in": _in,
}
"""What is true of a value that breaks the constraint."""


def _number(constraint: Leaf) -> int:
    return int(constraint.values[0].partition('"')[2].partition('"')[0])


def _min_count(constraint: Leaf, source: Source, path: Path | None, classes: Classes) -> str:
    focus, least = source.pattern("this", classes), _number(constraint)
    if least == 1 and path is not None and not path.nullable:
        return f"SELECT ?this WHERE {{ {focus} FILTER NOT EXISTS {{ {leads('?this', path, '?value')} }} }}"
    return _counted(focus, f"OPTIONAL {{ {_values(source, path, classes)} }}", f"< {least}")


def _max_count(constraint: Leaf, source: Source, path: Path | None, classes: Classes) -> str:
    return _counted("", _values(source, path, classes), f"> {_number(constraint)}")


def _values(source: Source, path: Path | None, classes: Classes) -> str:
    return f"{{ {pairs(source, path, classes)} }}"


def _counted(focus: str, values: str, bound: str) -> str:
    return f"SELECT ?this WHERE {{ {focus} {values} }} GROUP BY ?this HAVING(COUNT(?value) {bound})"


def _unique_language(constraint: Leaf, source: Source, path: Path | None, classes: Classes) -> str:
    tagged = f'{_values(source, path, classes)} BIND(LCASE(LANG(?value)) AS ?tag) FILTER(?tag != "")'
    return f"SELECT ?this WHERE {{ {tagged} }} GROUP BY ?this ?tag HAVING(COUNT(?value) > 1)"


def _equals(constraint: Leaf, source: Source, path: Path | None, classes: Classes) -> str:
    other = constraint.values[0]
    here = reached(source, path, "this", "value", classes)
    missing = f"{{ {here} FILTER NOT EXISTS {{ ?this {other} ?value }} }}"
    beyond = f"{source.pattern('this', classes)} ?this {other} ?value . FILTER({_not_reached(path)})"
    return f"SELECT DISTINCT ?this ?value WHERE {{ {missing} UNION {{ {beyond} }} }}"


def _not_reached(path: Path | None) -> str:
    """Write what is true of a ?value that the path does not lead to from ?this."""
    if path is None:
        return "!sameTerm(?this, ?value)"
    step = f"NOT EXISTS {{ {leads('?this', path, '?value')} }}"
    return f"{step} && !sameTerm(?this, ?value)" if path.nullable else step


def _disjoint(constraint: Leaf, source: Source, path: Path | None, classes: Classes) -> str:
    here = reached(source, path, "this", "value", classes)
    return (
        f"SELECT DISTINCT ?this ?value WHERE {{ {{ {here} }} FILTER EXISTS {{ ?this {constraint.values[0]} ?value }} }}"
    )


def _less(sign: str) -> Callable[[Leaf, Source, Path | None, Classes], str]:
    def write(constraint: Leaf, source: Source, path: Path | None, classes: Classes) -> str:
        both = f"{_values(source, path, classes)} ?this {constraint.values[0]} ?other ."
        return f"SELECT ?this ?value ?other WHERE {{ {both} FILTER(!COALESCE(?value {sign} ?other, false)) }}"

    return write


def _closed(constraint: Leaf, source: Source, path: Path | None, classes: Classes) -> str:
    subject = f"{{ SELECT DISTINCT ?this ?node WHERE {{ {reached(source, path, 'this', 'node', classes)} }} }}"
    allowed = ", ".join(constraint.values)
    return f"SELECT ?this ?path ?value WHERE {{ {subject} ?node ?path ?value . FILTER(?path NOT IN ({allowed})) }}"


def _has_value(constraint: Leaf, source: Source, path: Path | None, classes: Classes) -> str:
    value, focus = constraint.values[0], source.pattern("this", classes)
    if path is None:
        return f"SELECT ?this ?value WHERE {{ {focus} FILTER(!sameTerm(?this, {value})) }}"
    there = f"NOT EXISTS {{ {leads('?this', path, value)} }}"
    itself = f" && !sameTerm(?this, {value})" if path.nullable else ""
    return f"SELECT ?this WHERE {{ {focus} FILTER({there}{itself}) }}"


_WHOLE: dict[str, Callable[[Leaf, Source, Path | None, Classes], str]] = {
    "minCount": _min_count,
    "maxCount": _max_count,
    "uniqueLang": _unique_language,
    "equals": _equals,
    "disjoint": _disjoint,
    "lessThan": _less("<"),
    "lessThanOrEquals": _less("<="),
    "closed": _closed,
    "hasValue": _has_value,
}
"""The components whose violations are not values that fail a test."""
