"""Whether a literal is well-formed for its datatype, as an expression of plain SPARQL 1.1 (17.1 and 17.5).

Casts exist for few datatypes. A date is checked by casting its first midnight. A store may keep derived integers as
xsd:integer (Oxigraph does), so these are told by their range.
"""

from __future__ import annotations

from graph.terms import XSD, literal

_CAST = ("boolean", "double", "float", "decimal", "integer", "dateTime")
_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "byte": (-(2**7), 2**7 - 1), "short": (-(2**15), 2**15 - 1), "int": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1), "unsignedByte": (0, 2**8 - 1), "unsignedShort": (0, 2**16 - 1),
    "unsignedInt": (0, 2**32 - 1), "unsignedLong": (0, 2**64 - 1), "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None), "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
}  # fmt: skip
_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_LONG = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_FORMS = {
    "gYear": f"^{_YEAR}{_ZONE}$",
    "gYearMonth": f"^{_YEAR}-(0[1-9]|1[0-2]){_ZONE}$",
    "gMonth": f"^--(0[1-9]|1[0-2]){_ZONE}$",
    "gDay": f"^---(0[1-9]|[12][0-9]|3[01]){_ZONE}$",
    "gMonthDay": f"^--({_LONG}|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9])){_ZONE}$",
    "time": f"^{_TIME}{_ZONE}$",
    "hexBinary": "^([0-9a-fA-F]{2})*$",
    "duration": (
        r"^-?P([0-9]+Y([0-9]+M)?([0-9]+D)?|[0-9]+M([0-9]+D)?|[0-9]+D)?"
        r"(T([0-9]+H([0-9]+M)?([0-9]+(\.[0-9]+)?S)?|[0-9]+M([0-9]+(\.[0-9]+)?S)?|[0-9]+(\.[0-9]+)?S))?$"
    ),
    "date": f"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}{_ZONE}$",
}


def of_datatype(variable: str, datatype: str) -> str:
    """Write the expression that is true where a value has the datatype (`<iri>`) and a form that it allows."""
    name = datatype[1:-1].removeprefix(XSD) if datatype.startswith(f"<{XSD}") else ""
    kept = f"datatype({variable}) = {datatype}"
    if name in _INTEGERS:
        kept = f"({kept} || datatype({variable}) = <{XSD}integer>)"
    parts = [f"isLiteral({variable})", kept, *_form(f"STR({variable})", name)]
    return f"COALESCE({' && '.join(parts)}, false)"


def _form(text: str, name: str) -> list[str]:
    if name in _CAST:
        return [_casts(f"<{XSD}{name}>({text})")]
    if name in _INTEGERS:
        number = f"<{XSD}integer>({text})"
        lower, upper = _INTEGERS[name]
        bounds = [f"{number} >= {lower}"] if lower is not None else []
        bounds += [f"{number} <= {upper}"] if upper is not None and upper < 2**63 else []
        return [_casts(number), *bounds]
    found = [f"REGEX({text}, {literal(_FORMS[name])})"] if name in _FORMS else []
    if name == "date":
        day = f'REPLACE({text}, {literal("^(-?[0-9]+-[0-9]{2}-[0-9]{2}).*$")}, "$1")'
        found.append(_casts(f'<{XSD}dateTime>(CONCAT({day}, "T00:00:00"))'))
    if name == "duration":
        found.append(f"REGEX({text}, {literal('[0-9]')})")
    return found


def _casts(cast: str) -> str:
    """Write what is true where a cast succeeds, and an error elsewhere."""
    return f"isLiteral({cast})"
