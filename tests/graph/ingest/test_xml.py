"""The first pass over XML: what it lets through and what it refuses, with line and column."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from graph.errors import UnreadableFile
from graph.ingest import xml
from graph.ingest.files import Plain

Making = Callable[[str, str | bytes], Plain]
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


def test_root_elements(plain: Making) -> None:
    assert xml.check(plain("a.xml", f"<rdf:RDF {RDF}/>")).is_rdf
    assert xml.check(plain("a.xml", f'<e:A xmlns:e="http://e/" {RDF} rdf:about="http://x"/>')).is_rdf
    other = xml.check(plain("a.xml", '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"/>'))
    assert (other.is_rdf, other.name, other.namespace) == (
        False,
        "GetRecordsResponse",
        "http://www.opengis.net/cat/csw/2.0.2",
    )


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY dct "http://purl.org/dc/terms/">',
        "<!-- names --> <!ENTITY a 'urn:x:'> <!ENTITY b \"https://b.example/#\">",
        '<!ENTITY odd "http://dati.gov.it/onto/dcatapit#&quot;">',
    ],
)
def test_doctype_of_prefixes_passes(plain: Making, subset: str) -> None:
    assert xml.check(plain("a.rdf", f"<!DOCTYPE rdf:RDF [ {subset} ]><rdf:RDF {RDF}/>")).is_rdf


@pytest.mark.parametrize(
    ("doctype", "reason"),
    [
        ('<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">', "points outside"),
        ('<!DOCTYPE r PUBLIC "-//X//Y" "file:///etc/passwd">', "points outside"),
        ('<!DOCTYPE r [ <!ENTITY x SYSTEM "file:///etc/passwd"> ]>', "points outside"),
        ('<!DOCTYPE r [ <!ENTITY % p "http://p/"> ]>', "parameter entity"),
        ('<!DOCTYPE r [ <!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p; ]>', "parameter entity"),
        ('<!DOCTYPE r [ <!ENTITY t "some text"> ]>', "not the beginning of an absolute IRI"),
        ('<!DOCTYPE r [ <!ENTITY a "http://a/"> <!ENTITY b "&a;x"> ]>', "not the beginning of an absolute IRI"),
        ('<!DOCTYPE r [ <!ENTITY a "http://a/&#38;b;"> ]>', "not the beginning of an absolute IRI"),
        ('<!DOCTYPE r [ <!ENTITY a "http://a/&#60;b/>"> ]>', "not the beginning of an absolute IRI"),
        (f'<!DOCTYPE r [ <!ENTITY a "http://a/{"x" * 2000}"> ]>', "too long"),
        ("<!DOCTYPE r [ <!ELEMENT r ANY> ]>", "declares elements"),
        ('<!DOCTYPE r [ <!ATTLIST r a CDATA "x"> ]>', "declares attributes"),
        ('<!DOCTYPE r [ <!NOTATION n SYSTEM "x"> ]>', "declares a notation"),
    ],
)
def test_other_doctypes_are_refused(plain: Making, doctype: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason) as caught:
        xml.check(plain("a.rdf", f'<?xml version="1.0"?>\n{doctype}\n<r/>'))
    assert caught.value.line == 2


def test_billion_laughs_is_refused_at_once(plain: Making) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    began = time.monotonic()
    with pytest.raises(UnreadableFile, match="not the beginning of an absolute IRI"):
        xml.check(plain("a.rdf", f'<!DOCTYPE r [ <!ENTITY l0 "http://l/"> {levels} ]><r>&l9;</r>'))
    assert time.monotonic() - began < 1


def test_quadratic_blow_up_is_refused(plain: Making) -> None:
    entity = "http://a/" + "x" * 1000
    content = f'<!DOCTYPE r [ <!ENTITY a "{entity}"> ]><r>{"&a;" * 60_000}</r>'
    with pytest.raises(UnreadableFile, match="expand to too much"):
        xml.check(plain("a.rdf", content))


def test_many_prefixed_names_pass(plain: Making) -> None:
    nodes = "".join(f'<rdf:Description rdf:about="&x;{n}"/>\n' for n in range(50_000))
    content = f'<!DOCTYPE rdf:RDF [ <!ENTITY x "https://ontology.example/names#"> ]><rdf:RDF {RDF}>{nodes}</rdf:RDF>'
    assert xml.check(plain("a.rdf", content)).is_rdf


def test_depth(plain: Making) -> None:
    for depth, passes in ((xml.MAX_DEPTH, True), (xml.MAX_DEPTH + 1, False)):
        made = plain("a.xml", "<a>" * depth + "</a>" * depth)
        if passes:
            assert xml.check(made).name == "a"
        else:
            with pytest.raises(UnreadableFile, match="nested deeper"):
                xml.check(made)


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("<a>\n <b>\n</a>", 3, 3),
        ("<a/>\n<b/>", 2, 1),
        ("<a x:y='1'/>", 1, 1),
        ("", 1, 1),
        ("<a>&undeclared;</a>", 1, 4),
    ],
)
def test_ill_formed(plain: Making, content: str, line: int, column: int) -> None:
    with pytest.raises(UnreadableFile, match="not well-formed") as caught:
        xml.check(plain("a.xml", content))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_every_cut_of_a_file_is_refused(plain: Making) -> None:
    whole = f'<rdf:RDF {RDF} xmlns:e="http://e/">\n' + "".join(
        f'<rdf:Description rdf:about="http://x/{n}">\n <e:p>text {n}</e:p>\n</rdf:Description>\n' for n in range(20)
    )
    for length in range(1, len(whole), 7):
        with pytest.raises(UnreadableFile):
            xml.check(plain("a.rdf", whole[:length]))
