"""What is written otherwise for one portal that would drop a dataset over it: docs/decisions/0026-preflight.md.

SPDX and DCAT-AP ask for checksums of the type xsd:hexBinary; udata makes bytes of these and then refuses the dataset,
as its store takes texts only. For it the same digits are written as a plain text; nothing else differs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.rendering.syntaxes import Syntax
from graph.terms import XSD, Statement

UDATA = "udata"

_TYPE = f"^^<{XSD}hexBinary>"
# Between quotes stand hexadecimal digits only: nothing inside another text looks so, as a quote is escaped there.
_PATTERNS = {
    "turtle": re.compile(rb'("[0-9A-Fa-f]*")\^\^xsd:hexBinary'),
    "jsonld": re.compile(rb'\{\s*"@type": "xsd:hexBinary",\s*"@value": ("[0-9A-Fa-f]*")\s*\}'),
    "rdfxml": re.compile(rb'(<spdx:checksumValue) rdf:datatype="' + re.escape(XSD.encode()) + rb'hexBinary"'),
    None: re.compile(rb'("[0-9A-Fa-f]*")' + re.escape(_TYPE.encode())),
}


def reader_of(user_agent: str, named: str | None) -> str | None:
    """Say for which portal a page is written: the one that the address names, else who says so of itself."""
    if named is not None:
        return named
    return UDATA if user_agent.startswith("uData/") else None


def tailored(body: bytes, syntax: Syntax, portal: str | None) -> bytes:
    """Write a page as a portal takes it."""
    return _PATTERNS[syntax.block].sub(rb"\1", body) if portal == UDATA else body


def tailored_statements(statements: Sequence[Statement], portal: str | None) -> Sequence[Statement]:
    """Do the same to statements; the very same where nothing differs."""
    if portal != UDATA or not any(value.endswith(_TYPE) for _, _, value in statements):
        return statements
    return [(s, p, o.removesuffix(_TYPE) if o.endswith(_TYPE) else o) for s, p, o in statements]
