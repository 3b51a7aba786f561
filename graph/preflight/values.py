"""Values as rdflib makes them of literals, which portals in Python then work with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rdflib.term import URIRef, XSDToPython

from graph.terms import XSD

Value = str | bool | int | float | Decimal | bytes | date | datetime | object
"""A text where it has no datatype, an unknown one, or one that it does not fit."""

_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


def value_in_python(text: str, datatype: str | None) -> Value:
    """Make a value of a literal's text."""
    if datatype is None or not datatype.startswith(XSD):
        return text
    if datatype == f"{XSD}boolean":
        return _BOOLEANS.get(text, False)
    convert: Callable[[str], Any] | None = XSDToPython.get(URIRef(datatype))
    try:
        return text if convert is None else convert(text)
    except Exception:  # the converters' own errors are of many kinds; rdflib then keeps the text
        return text
