"""Queries that are made to harm whoever answers them, each with the error that it ends in."""

from __future__ import annotations

from graph.errors import (
    DeadlineReached,
    LimitReached,
    MemoryReached,
    ResultTooLarge,
    WorkerDied,
)

NESTED = "SELECT * " + "{" * 4000 + "}" * 4000
CROSS = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(4))
CONCAT = " ".join(f"BIND(CONCAT({', '.join([f'?v{n}'] * 8)}) AS ?v{n + 1})" for n in range(12))

HOSTILE = {
    "nested groups": (NESTED, WorkerDied),
    "parentheses": ("ASK { FILTER(" + "(" * 8000 + "1" + ")" * 8000 + ") }", WorkerDied),
    "nested NOT EXISTS": (
        "ASK { ?s ?p ?o " + "FILTER NOT EXISTS { ?s ?p ?o " * 1000 + "}" * 1000 + " }",
        WorkerDied,
    ),
    "cross product": (f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", DeadlineReached),
    "order of a product": (f"SELECT * {{ {CROSS} }} ORDER BY ?c0 ?c1", LimitReached),
    "endless rows": (f"SELECT * {{ {CROSS} }}", ResultTooLarge),
    "group concatenation": (
        f"SELECT (GROUP_CONCAT(CONCAT(?c0, ?c1, ?c2)) AS ?all) {{ {CROSS} }}",
        LimitReached,
    ),
    "concatenation": (f'SELECT (STRLEN(?v12) AS ?n) {{ BIND("xxxxxxxx" AS ?v0) {CONCAT} }}', MemoryReached),
}
