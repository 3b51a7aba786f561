"""A battery of queries that would hold or end a server, of many kinds, each with parameters so that no two are alike.

Used by the benchmark of the lanes and by the fault tests. The data is that of `benchmarks.generator`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

REFUSED = frozenset({400})
SLOW = frozenset({503})
LARGE = frozenset({413})
ANSWERED = frozenset({200})

# Within what is let in, and beyond it, yet no longer than a query may be.
SHALLOW, DEEP = 150, 1200


@dataclass(frozen=True)
class Hostile:
    """A query and the statuses that tell truly how it ends when it is asked alone with some seconds' time."""

    kind: str
    query: str
    statuses: frozenset[int]


def _product(factors: int) -> str:
    return " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(factors))


def _cross_product(n: int) -> str:
    return f"SELECT (COUNT(*) AS ?n) {{ {_product(4 + n % 3)} }}"


def _filtered_product(n: int) -> str:
    return f"ASK {{ {_product(3)} FILTER(STRLEN(STR(?c0)) + STRLEN(STR(?c1)) * STRLEN(STR(?c2)) = -{1 + n}) }}"


def _text_join(n: int) -> str:
    joined = f"CONTAINS(STR(?c0), STR(?c1)) && STRLEN(STR(?c2)) > {n % 9}"
    return f"SELECT (COUNT(*) AS ?n) {{ {_product(3)} FILTER({joined}) }}"


def _path(n: int) -> str:
    away = f"<http://none.example/{n}>"
    return f"SELECT (COUNT(*) AS ?n) {{ ?a (!{away}|^!{away})+ ?b . ?c (!{away}|^!{away})* ?d }}"


def _path_of_steps(n: int) -> str:
    # More steps would be more operators than are let in.
    step = f"(!<http://none.example/{n}>|^!<http://none.example/{n}>)"
    return f"SELECT (COUNT(*) AS ?n) {{ ?a {'/'.join([step] * 150)} ?b }}"


def _ordered_product(n: int) -> str:
    return f"SELECT * {{ {_product(3)} }} ORDER BY ?c{n % 3} ?b0 ?a1 LIMIT {10 + n}"


def _distinct_product(n: int) -> str:
    return (
        f"SELECT (COUNT(DISTINCT ?d) AS ?n) {{ {_product(3)} BIND(CONCAT(STR(?c0), STR(?c1), STR(?c2), '{n}') AS ?d) }}"
    )


def _grouped_product(n: int) -> str:
    return (
        f"SELECT ?a0 ?a1 ?c2 (COUNT(*) AS ?n) {{ {_product(3)} }} GROUP BY ?a0 ?a1 ?c2 HAVING(COUNT(*) > {10**6 + n})"
    )


def _group_concat(n: int) -> str:
    return f"SELECT (STRLEN(GROUP_CONCAT(CONCAT(STR(?a0), STR(?c1), '{n}'))) AS ?n) {{ {_product(3)} }}"


def _concat(n: int) -> str:
    doubled = " ".join(f"BIND(CONCAT({', '.join([f'?v{m}'] * 8)}) AS ?v{m + 1})" for m in range(11))
    return f'SELECT (STRLEN(?v11) AS ?n) {{ BIND("{"x" * (8 + n % 8)}" AS ?v0) {doubled} }}'


def _regex(n: int) -> str:
    return (
        f"SELECT (COUNT(*) AS ?n) {{ {_product(2)} "
        f'FILTER REGEX(CONCAT(STR(?c0), STR(?c1), STR(?a0)), CONCAT("^(([a-z{n % 10}])+.)*(a|aa)+$", STR(?b1)), "i") }}'
    )


def _regex_bomb(n: int) -> str:
    pattern = f"((((x{{1,{90 + n % 9}}}){{1,90}}){{1,90}}){{1,90}})"
    return f'SELECT (COUNT(*) AS ?n) {{ {_product(3)} FILTER REGEX(STR(?c0), "{pattern}") }}'


def _many_patterns(n: int) -> str:
    return "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?v{m} ?p{(m + n) % 7} ?v{m + 1} ." for m in range(500)) + " }"


def _star_of_patterns(n: int) -> str:
    return "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s ?p{m} ?o{(m + n) % 400} ." for m in range(500)) + " }"


def _many_optionals(n: int) -> str:
    clauses = " ".join(f"OPTIONAL {{ ?s ?p{m} ?o{m} }}" for m in range(40 + n % 10))
    return f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o {clauses} }}"


def _endless_rows(n: int) -> str:
    return f"SELECT * {{ {_product(3)} FILTER(?c0 != <http://none.example/{n}>) }}"


def _endless_graph(n: int) -> str:
    return f"CONSTRUCT {{ ?a0 ?b1 ?c2 . ?a1 <http://none.example/{n}> ?c0 }} WHERE {{ {_product(3)} }}"


# What one endless query comes to when it is alone; memory and size tell themselves, as time does.
ENDLESS: dict[str, tuple[Callable[[int], str], frozenset[int]]] = {
    "cross product": (_cross_product, SLOW),
    "filtered product": (_filtered_product, SLOW),
    "text join": (_text_join, SLOW),
    "unbounded path": (_path, SLOW),
    "path of many steps": (_path_of_steps, SLOW),
    "ordered product": (_ordered_product, SLOW),
    "distinct product": (_distinct_product, SLOW),
    "grouped product": (_grouped_product, SLOW),
    "group concatenation": (_group_concat, SLOW),
    "concatenation": (_concat, SLOW),
    "backtracking": (_regex, SLOW | ANSWERED),
    "repetitions": (_regex_bomb, SLOW),
    "chain of 500": (_many_patterns, SLOW),
    "star of 500": (_star_of_patterns, SLOW),
    "optionals": (_many_optionals, SLOW),
    "endless rows": (_endless_rows, LARGE | SLOW),
    "endless graph": (_endless_graph, LARGE | SLOW),
}

# Kinds of deep nesting: what opens, what stands within, what closes, and the query around it.
NESTING: dict[str, tuple[str, str, str, str]] = {
    "groups": ("{", "?s ?p ?o", "}", "SELECT * WHERE {{ {0} }} LIMIT 9"),
    "parentheses": ("(", "1", ")", "ASK {{ FILTER({0}) }}"),
    "negations": ("!", "true", "", "ASK {{ ?s ?p ?o FILTER({0}) }}"),
    "sums": ("1+", "1", "", "SELECT ({0} AS ?x) WHERE {{}}"),
    "disjunctions": ("?o = 1 || ", "true", "", "ASK {{ ?s ?p ?o FILTER({0}) }}"),
    "not exists": ("FILTER NOT EXISTS { ?s ?p ?o ", "", "}", "ASK {{ ?s ?p ?o {0} }}"),
    "exists": ("FILTER EXISTS { ?s ?p ?o ", "", "}", "ASK {{ ?s ?p ?o {0} }}"),
    "optionals": ("?s ?p ?o OPTIONAL { ", "?s ?p ?o", "}", "ASK {{ {0} }}"),
    "minus": ("?s ?p ?o MINUS { ", "?s ?p ?o", "}", "ASK {{ {0} }}"),
    "unions": ("{ ?s ?p ?o } UNION { ", "?s ?p ?o", "}", "ASK {{ {0} }}"),
    "sub-selects": ("{ SELECT * WHERE ", "{ ?s ?p ?o }", "}", "SELECT * WHERE {{ {0} }} LIMIT 9"),
    "paths": ("(", "<http://none.example/p>", ")*", "ASK {{ ?s {0} ?o }}"),
    "functions": ("STR(", "?o", ")", 'ASK {{ ?s ?p ?o FILTER({0} = "x") }}'),
    "blank nodes": ("[ ?p ", "?o", "]", "ASK {{ ?s ?q {0} }}"),
    "lists": ("( ", "?o", ")", "ASK {{ ?s ?q {0} }}"),
    "graphs": ("GRAPH ?g { ", "?s ?p ?o", "}", "ASK {{ {0} }}"),
}


def nested(kind: str, depth: int) -> str:
    """Write a query of a kind of nesting, so many levels deep."""
    opening, middle, closing, frame = NESTING[kind]
    return frame.format(opening * depth + middle + closing * depth)


def endless(kind: str, number: int) -> Hostile:
    """Write the query of a kind that has this number for its parameters."""
    make, statuses = ENDLESS[kind]
    return Hostile(kind, make(number), statuses)


def battery() -> Iterator[Hostile]:
    """Give queries for ever: every endless kind, between them every kind of nesting, at both depths, then anew."""
    number = 0
    nestings = _nestings()
    while True:
        for kind in ENDLESS:
            yield endless(kind, number)
            yield next(nestings)
        number += 1


def _nestings() -> Iterator[Hostile]:
    number = 0
    while True:
        for kind in NESTING:
            yield Hostile(f"{kind}, shallow", nested(kind, SHALLOW - number), ANSWERED | SLOW)
            yield Hostile(f"{kind}, deep", nested(kind, DEEP + number), REFUSED)
        number = (number + 1) % 50
