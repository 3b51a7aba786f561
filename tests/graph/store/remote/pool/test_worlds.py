"""No outside query to a remote store sees another world, or does what it may not."""

from __future__ import annotations

import pytest

from graph.errors import (
    QueryRefused,
)
from graph.store.remote.engine import Engine
from tests.graph.store.remote.pool.engine import (
    AGREEMENT,
    MEMBERS,
    SECRET,
    Opened,
    values,
)


class TestWorldsStayApart:
    @pytest.mark.parametrize(
        "query",
        [
            "SELECT * { GRAPH ?g { ?s ?p ?o } }",
            "SELECT * { GRAPH <%(secret)s> { ?s ?p ?o } }",
            "SELECT * FROM <%(secret)s> { ?s ?p ?o }",
            "SELECT * FROM NAMED <%(secret)s> { GRAPH ?g { ?s ?p ?o } }",
            "SELECT * FROM <%(members)s> FROM NAMED <%(members)s> { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
            "PREFIX s: <%(prefix)s> SELECT * FROM s:default { ?s ?p ?o FILTER(?o = 'a secret') }",
            "SELECT * { ?s ?p 'a secret' }",
            "SELECT * { { SELECT * { GRAPH ?g { ?s ?p ?o } } } }",
            "SELECT * { ?s ?p ?o FILTER EXISTS { GRAPH ?g { ?a ?b 'a secret' } } }",
            "SELECT * { <%(state)s> ?p ?o }",
            "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
            "DESCRIBE <http://example.org/a>",
            "DESCRIBE ?s { GRAPH ?g { ?s ?p 'a secret' } }",
        ],
    )
    def test_no_query_of_the_public_world_sees_the_full_one(self, opened: Opened, query: str) -> None:
        names = opened.full.names
        text = query % {
            "secret": names.there(MEMBERS), "members": MEMBERS.value, "prefix": names.prefix, "state": names.state,
        }  # fmt: skip
        told = opened.ask_public(text, accept=["application/sparql-results+json", "application/n-triples"])
        assert SECRET.encode() not in told.read()
        for graph in (names.there(MEMBERS), MEMBERS.value, names.state):
            answer = opened.ask_public(
                "SELECT * { { ?s ?p ?o FILTER(?o != 'x') } UNION { GRAPH ?g { ?s ?p ?o } } }",
                default_graphs=[graph],
                named_graphs=[graph],
            )
            assert values(answer) == []

    def test_secret_is_there_for_who_may_see_it(self, opened: Opened) -> None:
        """Else the tests above would hold of any text."""
        seen = values(opened.ask_full("SELECT * { GRAPH ?g { ?s ?p ?o } }", visible=[MEMBERS.value]))
        assert [(row["g"], row["o"]) for row in seen] == [(MEMBERS.value, SECRET)]

    def test_visible_graphs_have_their_own_names(self, opened: Opened) -> None:
        one = f"SELECT ?o {{ GRAPH <{MEMBERS.value}> {{ ?s ?p ?o }} }}"
        other = f"SELECT ?o {{ GRAPH <{AGREEMENT.value}> {{ ?s ?p ?o }} }}"
        chosen = f"SELECT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = <{MEMBERS.value}>) }}"
        assert values(opened.ask_full(one, visible=[MEMBERS.value])) == [{"o": SECRET}]
        assert values(opened.ask_full(other, visible=[MEMBERS.value])) == []
        assert values(opened.ask_full(chosen, visible=[MEMBERS.value, AGREEMENT.value])) == [{"g": MEMBERS.value}]
        assert values(opened.ask_full("SELECT ?o { ?s ?p ?o }", visible=[MEMBERS.value])) == [{"o": SECRET}]
        from_one = f"SELECT ?o FROM <{AGREEMENT.value}> {{ ?s ?p ?o }}"
        assert values(opened.ask_full(from_one, visible=[MEMBERS.value])) == []
        assert len(values(opened.ask_full(from_one, visible=[AGREEMENT.value]))) == 1


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("SELECT * { SERVICE <%(canary)s> { ?s ?p ?o } }", "SERVICE"),
            ("SELECT * { SERVICE SILENT <%(canary)s> { ?s ?p ?o } }", "SERVICE"),
            ("SELECT * { { SELECT * { OPTIONAL { SERVICE ?x { ?s ?p ?o } } } } }", "SERVICE"),
            ("LOAD <%(canary)s>", "LOAD"),
            ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT"),
            ("SELECT * { ?s ?p ?o } ; DROP ALL", "DROP"),
            ("DEFINE input:default-graph-uri <urn:g> SELECT * { ?s ?p ?o }", "input:"),
            ('DEFINE get:soft "replace" SELECT * FROM <%(canary)s> { ?s ?p ?o }', "get:"),
            ('PREFIX get: <urn:x> DEFINE get:soft "replace" SELECT * { ?s ?p ?o }', "not well-formed"),
            ("SELECT * { { SELECT * FROM <urn:g> { ?s ?p ?o } } }", "not well-formed"),
            ("SELECT (bif:sys_stat('st_dbms_name') AS ?x) {}", "bif:"),
            ("SELECT (<bif:sys_stat>('st_dbms_name') AS ?x) { ?s ?p ?o }", "function"),
            ("PREFIX b: <bif:> SELECT (b:sys_stat('st_dbms_name') AS ?x) { ?s ?p ?o }", "function"),
            ("SELECT (<b\\u0069f:sys_stat>('st_dbms_name') AS ?x) { ?s ?p ?o }", "function"),
            ("SELECT (<sql:VAL>('x') AS ?x) { ?s ?p ?o }", "function"),
            ("SELECT * { ?s <bif:contains> 'x' }", "no SPARQL"),
            ("SELECT * { ?s ?p ?o FILTER <http://example.org/f>(?o) }", "function"),
            ("SELECT * { ?s ?p ?o } ORDER BY ?s <http://example.org/f>(?o)", "function"),
            ("SELECT * { { SELECT ?s { ?s ?p ?o } GROUP BY ?s <http://example.org/f>(?s) } }", "function"),
            ("SELECT * { ?s ?p ?o option(score ?x) }", "not well-formed"),
            ("SELECT * { ?s ?p ?o } LIMIT ten", "not well-formed"),
            ("SELECT * { <relative> ?p ?o }", "not well-formed|relative"),
        ],
    )
    def test_refused_before_the_engine_is_asked(self, opened: Opened, query: str, told: str) -> None:
        asked: list[str] = []

        class Watched(Engine):
            def ask(self, text: str, **given: object) -> None:  # type: ignore[override]
                asked.append(text)
                raise AssertionError("the engine was asked")

        known = opened.public.engine
        opened.public.engine = Watched(known.query, known.update)
        try:
            with pytest.raises(QueryRefused, match=told):
                opened.ask_public(query % {"canary": "http://127.0.0.1:9/"} if "%" in query else query)
        finally:
            opened.public.engine = known
        assert asked == []

    @pytest.mark.parametrize(
        "query",
        [
            "SELECT * { <http://example.org/s1> (<http://example.org/p>|<http://example.org/q>) ?o }",
            "SELECT (<http://www.w3.org/2001/XMLSchema#string>(?o) AS ?v) { <http://example.org/s1> ?p ?o }",
            "# DEFINE input:default-graph-uri <urn:g>\nSELECT * { <http://example.org/s1> ?p ?o } # SERVICE",
            "BASE <http://example.org/> PREFIX : <> SELECT * { <s1> :p ?o FILTER(?o != 'SERVICE <bif:x>') }",
            "SELECT * FROM <urn:g> { ?s ?p ?o }",
        ],
    )
    def test_what_only_looks_like_it_is_answered(self, opened: Opened, query: str) -> None:
        assert len(values(opened.ask_public(query))) == ("FROM" not in query)
