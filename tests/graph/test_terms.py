"""Terms are written so that nothing breaks out of them, and read back as they were."""

import re

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import terms
from graph.errors import BadTerm
from graph.terms import Term

# RFC 3987 in one expression, written for this test alone; hosts in brackets are left to the parser.
_UCS = "\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(n << 16)}-{chr((n << 16) | 0xFFFD)}" for n in range(1, 14)
)
_UCS += "\U000e1000-\U000efffd"
_CHAR = rf"[A-Za-z0-9\-._~!$&'()*+,;=:@{_UCS}]|%[0-9A-Fa-f]{{2}}"
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_USER = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:{_UCS}]|%[0-9A-Fa-f]{{2}})*"
_HOST = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;={_UCS}]|%[0-9A-Fa-f]{{2}})*"
RFC3987 = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(?://(?:{_USER}@)?{_HOST}(?::[0-9]*)?(?=[/?#]|\Z)|(?!//))(?:{_CHAR}|/)*"
    rf"(?:\?(?:{_CHAR}|[/?{_PRIVATE}])*)?(?:#(?:{_CHAR}|[/?])*)?"
)
_PARTS = [
    "http",
    "a",
    ":",
    "/",
    "//",
    "?",
    "#",
    "[",
    "]",
    "%",
    "%41",
    "%4",
    "%zz",
    " ",
    '"',
    "<",
    ">",
    "{",
    "|",
    "^",
    "`",
    "\\",
]
_PARTS += ["\\u0041", "@", "é", "\ue000", "\ufffe", "\x7f", "\x80", "\n", ".", "1", "-", "+", "'", "é:", "http://e/"]
iri_like = st.lists(st.one_of(st.sampled_from(_PARTS), st.characters()), max_size=8).map("".join)
texts = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('"\\\n\r\t\b\f\x00\x7f\ufffe@^<>')))


def parses(iri: str) -> bool:
    """Say whether the strict parser takes an IRI as it is."""
    line = f"<{iri}> <http://e/p> <http://e/o> ."
    try:
        return [triple.subject.value for triple in ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES)] == [iri]
    except (SyntaxError, ValueError):
        return False


def read(line: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(line.encode(), format=ox.RdfFormat.N_TRIPLES)]


@given(st.one_of(iri_like, iri_like.map("http://e/".__add__)))
@settings(deadline=None)
def test_an_iri_is_what_the_strict_parser_takes(text):
    assert terms.is_iri(text) == parses(text)
    if terms.is_iri(text):
        assert terms.iri(text) == f"<{text}>"
        assert terms.value_of(terms.iri(text)) == Term("iri", text)
    else:
        with pytest.raises(BadTerm):
            terms.iri(text)


@given(st.one_of(iri_like, iri_like.map("http://e/".__add__)).filter(lambda text: "[" not in text))
@settings(deadline=None)
def test_an_iri_is_what_rfc_3987_says(text):
    assert terms.is_iri(text) == bool(RFC3987.fullmatch(text))


_NO_IRIS = [
    "",
    "a",
    "/a",
    "//a/b",
    "#a",
    "1a:b",
    "é:b",
    "http://a/[",
    "http://a/a b",
    "http://a/%zz",
    "http://a/\ue000",
]
_NO_IRIS += [
    "http://a:b/",
    "http://[::g]/",
    'http://a/"',
    "http://a/<",
    "http://a/\\u0041",
    "http://a/\n",
    "http://a/\ud800",
]


@pytest.mark.parametrize("text", _NO_IRIS)
def test_what_is_no_iri(text):
    assert not terms.is_iri(text)
    with pytest.raises(BadTerm):
        terms.iri(text)


@pytest.mark.parametrize("text", ["urn:a:b", "a:", "http://[::1]/", "mailto:a@b", "http://é/?\ue000", "file:///c:/%20"])
def test_what_is_an_iri(text):
    assert terms.iri(text) == f"<{text}>"


@given(texts)
@settings(deadline=None)
def test_a_literal_is_written_as_the_parser_writes_it(text):
    written = terms.literal(text)
    assert written == str(ox.Literal(text))
    assert terms.literal(text, "fr-FR") == str(ox.Literal(text, language="fr-FR"))
    assert terms.literal(text, datatype="http://e/#t") == str(ox.Literal(text, datatype=ox.NamedNode("http://e/#t")))


@given(
    texts,
    st.sampled_from([(None, None), ("fr", None), ("EN-gb", None), (None, "http://e/t"), (None, terms.XSD + "string")]),
)
@settings(deadline=None)
def test_a_literal_comes_back_as_it_was_and_breaks_out_of_nothing(text, suffix):
    language, datatype = suffix
    written = terms.literal(text, language, datatype)
    line = f"<http://e/s> <http://e/p> {written} ."
    (triple,) = read(line)
    assert triple.object.value == text
    assert "\n" not in line
    assert terms.parse_line(line) == ("<http://e/s>", "<http://e/p>", written)
    term = terms.value_of(written)
    assert (term.value, term.language) == (text, language and language.lower())
    assert term.datatype == (datatype if datatype == "http://e/t" else None)
    assert str(term) == written


@given(st.lists(texts, min_size=1, max_size=4))
@settings(deadline=None)
def test_values_do_not_change_a_query(values):
    store = ox.Store()
    for value in values:
        rows = list(store.query(f"SELECT ?v WHERE {{ VALUES ?v {{ {terms.literal(value)} }} }}"))
        assert [row["v"].value for row in rows] == [value]


@pytest.mark.parametrize("language", ["", "x", "fr_FR", "fr-", "1", "toolonglanguage", 'fr"', "fr .", "en--ltr"])
def test_a_language_tag_is_checked(language):
    with pytest.raises(BadTerm):
        terms.literal("a", language)


def test_what_a_literal_cannot_be():
    with pytest.raises(BadTerm, match="language tag"):
        terms.literal("a", datatype=terms.RDF + "langString")
    with pytest.raises(BadTerm, match="no datatype"):
        terms.literal("a", "fr", terms.XSD + "string")
    with pytest.raises(BadTerm, match="absolute IRI"):
        terms.literal("a", datatype="b c")
    with pytest.raises(BadTerm, match="surrogate"):
        terms.literal("a\ud800")
    assert terms.literal("a", "fr", terms.RDF + "langString") == '"a"@fr'


@pytest.mark.parametrize(
    "line",
    [
        "",
        "<http://e/s> <http://e/p> <http://e/o>",
        "<http://e/s> <http://e/p> <http://e/o> . ",
        "<http://e/s>  <http://e/p> <http://e/o> .",
        "<http://e/s> _:p <http://e/o> .",
        '"s" <http://e/p> <http://e/o> .',
        "<http://e/s> <http://e/p> <<( <http://e/s> <http://e/p> <http://e/o> )>> .",
        '<http://e/s> <http://e/p> "a" . <http://e/s> <http://e/p> "b" .',
        '<http://e/s> <http://e/p> "a\\u00E9" .',
        '<http://e/s> <http://e/p> "a\\u000A" .',
        '<http://e/s> <http://e/p> "a\nb" .',
        '<http://e/s> <http://e/p> "a"@FR .',
        '<http://e/s> <http://e/p> "a"@en--ltr .',
        '<http://e/s> <http://e/p> "a"^^<http://www.w3.org/2001/XMLSchema#string> .',
        "<s> <http://e/p> <http://e/o /> .",
    ],
)
def test_only_canonical_lines_are_read(line):
    with pytest.raises(BadTerm):
        terms.parse_line(line)


def test_a_line_may_have_blank_nodes_a_payload_not():
    assert terms.parse_line("_:a.b <http://e/p> _:c .") == ("_:a.b", "<http://e/p>", "_:c")
    with pytest.raises(BadTerm, match="no blank nodes"):
        terms.parse_payload(b"_:a <http://e/p> <http://e/o> .\n")
    with pytest.raises(BadTerm, match="no blank nodes"):
        terms.parse_payload(b"<http://e/s> <http://e/p> _:a .\n")


def test_a_payload():
    line = '<http://e/s> <http://e/p> "é\u2028" .\n'
    assert terms.parse_payload(b"") == []
    assert terms.parse_payload(2 * line.encode()) == 2 * [("<http://e/s>", "<http://e/p>", '"é\u2028"')]
    for broken in (line.encode()[:-1], line.encode()[:-2], b"\xff\n", b"\n"):
        with pytest.raises(BadTerm):
            terms.parse_payload(broken)


@pytest.mark.parametrize("text", ["_:a", "a", "<a b>", "<<( <a:> <a:> <a:> )>>", '"a', '"a"b"', '"a"@', ""])
def test_what_value_of_does_not_read(text):
    with pytest.raises(BadTerm):
        terms.value_of(text)


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("http://e/a#b", "b"),
        ("http://e/a/", "a"),
        ("urn:x:y", "y"),
        ("http://e/a?q#", "a?q"),
        ("a:", "a"),
        ("http://é/é", "é"),
    ],
)
def test_local_name(iri, name):
    assert terms.local_name(iri) == name


def test_prefixed_names_are_expanded():
    assert terms.expand(" dct:title\n cg:pole") == (f"{terms.DCT}title", "https://w3id.org/civigraph#pole")
    with pytest.raises(BadTerm, match="nope:a"):
        terms.expand("nope:a")


def test_every_prefix_is_a_namespace():
    for prefix, namespace in terms.PREFIXES.items():
        assert terms.is_iri(namespace), prefix
        assert namespace[-1] in "#/", prefix
        assert getattr(terms, prefix.upper().replace("-", "_")) == namespace
