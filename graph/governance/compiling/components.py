"""The constraint components of SHACL Core by their parameters (SHACL, section 4), and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from graph.governance.compiling.model import RdfTerm
from graph.terms import SH, XSD

# Parameter -> whether it needs a property shape. All others may stand on both kinds of shape.
PARAMETERS: dict[str, bool] = {
    "class": False, "datatype": False, "nodeKind": False,
    "minCount": True, "maxCount": True,
    "minExclusive": False, "minInclusive": False, "maxExclusive": False, "maxInclusive": False,
    "minLength": False, "maxLength": False, "pattern": False, "languageIn": False, "uniqueLang": True,
    "equals": False, "disjoint": False, "lessThan": True, "lessThanOrEquals": True,
    "closed": False, "hasValue": False, "in": False,
}  # fmt: skip
LOGICAL = ("node", "and", "or", "xone", "not")
PROPERTIES_OF_QUALIFIED = ("qualifiedMinCount", "qualifiedMaxCount")
FLAGS = ("uniqueLang", "closed")
# What a shape has at most once (SHACL, section 4, "Syntax rules").
SINGLE = {
    "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive",
    "minLength", "maxLength", "languageIn", "uniqueLang", "closed", "in",
}  # fmt: skip

REFUSED = {
    "target": "only the targets of SHACL Core are compiled",
    "rule": "rules are no part of SHACL 1.0",
    "js": "JavaScript is not run",
    "expression": "expressions are no part of SHACL 1.0",
    "values": "derived values are no part of SHACL 1.0",
    **dict.fromkeys(
        (
            "memberShape",
            "minListLength",
            "maxListLength",
            "uniqueMembers",
            "reifierShape",
            "reificationRequired",
            "singleLine",
            "someValue",
            "rootClass",
            "subsetOf",
            "targetWhere",
            "nodeByExpression",
            "uniqueValuesFor",
        ),
        "SHACL 1.2 is not final",
    ),
}

KINDS = {
    "IRI": ("isIRI",), "BlankNode": ("isBlank",), "Literal": ("isLiteral",), "BlankNodeOrIRI": ("isBlank", "isIRI"),
    "BlankNodeOrLiteral": ("isBlank", "isLiteral"), "IRIOrLiteral": ("isIRI", "isLiteral"),
}  # fmt: skip


def component_of(parameter: str) -> str:
    """Give the IRI of the component that a parameter belongs to: `sh:MinCountConstraintComponent`."""
    return f"{SH}{parameter[0].upper()}{parameter[1:]}ConstraintComponent"


def is_count(term: RdfTerm) -> bool:
    """Say whether a term is an integer of at least 0."""
    return isinstance(term, ox.Literal) and term.datatype.value == f"{XSD}integer" and term.value.isdecimal()


def _is_iri(term: RdfTerm) -> bool:
    return isinstance(term, ox.NamedNode)


def _is_literal(term: RdfTerm) -> bool:
    return isinstance(term, ox.Literal)


def _is_kind(term: RdfTerm) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.removeprefix(SH) in KINDS


DATA: dict[str, Callable[[RdfTerm], bool]] = {
    **dict.fromkeys(("class", "datatype", "equals", "disjoint", "lessThan", "lessThanOrEquals"), _is_iri),
    **dict.fromkeys(("minCount", "maxCount", "minLength", "maxLength"), is_count),
    **dict.fromkeys(("minExclusive", "minInclusive", "maxExclusive", "maxInclusive"), _is_literal),
    "nodeKind": _is_kind,
}
"""What the value of a parameter may be."""
