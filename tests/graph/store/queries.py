"""Random queries about given triples: most find something, for they are made from triples that are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from random import Random

from pyoxigraph import Literal, NamedNode, Triple

RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
XSD = "http://www.w3.org/2001/XMLSchema#"
_VARIABLES = "abcdefgh"


class Queries:
    """Makes the queries of a seed: `make(number)` is always the same for the same triples."""

    def __init__(self, triples: Sequence[Triple], seed: int) -> None:
        self._seed = seed
        self._triples = sorted(triples, key=str)
        self._by_subject: dict[NamedNode, list[Triple]] = defaultdict(list)
        self._by_predicate: dict[NamedNode, list[Triple]] = defaultdict(list)
        for triple in self._triples:
            self._by_subject[triple.subject].append(triple)
            self._by_predicate[triple.predicate].append(triple)
        # Patterns of a property without any constant find what it has: few enough to be compared.
        self._few = [each for each, some in self._by_predicate.items() if len(some) <= 400]
        self._dated = sorted(
            {each.predicate for each in self._triples if str(each.object).endswith(f"<{XSD}date>")}, key=str
        )
        self._links = [each for each in self._triples if each.object in self._by_subject]
        self.kinds: list[Callable[[Random], str]] = [
            self.pattern, self.star, self.chain, self.optional, self.union, self.minus, self.exists, self.values,
            self.filters, self.strings, self.languages, self.numbers, self.counted, self.grouped, self.having,
            self.ordered, self.inside, self.bound, self.path, self.alternatives, self.far, self.negated_set, self.ask,
            self.construct, self.construct_short, self.describe, self.graphs, self.joined_values,
            self.dates, self.summed, self.absent, self.nested, self.datatypes, self.sorted_values, self.reached,
            self.construct_optional, self.casts, self.page,
        ]  # fmt: skip

    def make(self, number: int) -> str:
        """Make one query."""
        random = Random(f"{self._seed}/{number}")
        return self.kinds[number % len(self.kinds)](random)

    # --- pieces --------------------------------------------------------------------------------------------------

    def _star(self, random: Random, size: int, subject: str = "?s") -> tuple[NamedNode, list[str]]:
        """Patterns that one subject fulfils."""
        node = random.choice(self._triples).subject
        some = random.sample(self._by_subject[node], min(size, len(self._by_subject[node])))
        lines = []
        for name, each in zip(_VARIABLES, some, strict=False):
            fixed = random.random() < 0.4 and not _is_long(each.object)
            lines.append(f"{subject} {each.predicate} {each.object if fixed else f'?{name}'} .")
        if all(line.split(" ", 2)[2].startswith("?") for line in lines):
            lines.append(f"FILTER({subject} = {node})")
        return node, lines

    def _few_pattern(self, random: Random, subject: str = "?s", value: str = "?v") -> str:
        return f"{subject} {random.choice(self._few)} {value} ."

    # --- kinds ---------------------------------------------------------------------------------------------------

    def pattern(self, random: Random) -> str:
        return f"SELECT * WHERE {{ {self._few_pattern(random)} }}"

    def star(self, random: Random) -> str:
        _, lines = self._star(random, random.randint(2, 4))
        return f"SELECT {random.choice(('', 'DISTINCT '))}* WHERE {{ {' '.join(lines)} }}"

    def chain(self, random: Random) -> str:
        link = random.choice(self._links)
        onward = random.choice(self._by_subject[link.object])
        return f"SELECT * WHERE {{ ?s {link.predicate} ?m . ?m {onward.predicate} ?v . FILTER(?m = {link.object}) }}"

    def optional(self, random: Random) -> str:
        other = random.choice(list(self._by_predicate))
        inner = f"?s {other} ?o ."
        if random.random() < 0.3:
            inner += f" OPTIONAL {{ ?s {random.choice(self._few)} ?n }}"
        return f"SELECT * WHERE {{ {self._few_pattern(random)} OPTIONAL {{ {inner} }} }}"

    def union(self, random: Random) -> str:
        one, other = self._few_pattern(random), self._few_pattern(random, value=random.choice(("?v", "?w")))
        return f"SELECT * WHERE {{ {{ {one} }} UNION {{ {other} }} }}"

    def minus(self, random: Random) -> str:
        other = random.choice(list(self._by_predicate))
        return f"SELECT * WHERE {{ {self._few_pattern(random)} MINUS {{ ?s {other} ?w }} }}"

    def exists(self, random: Random) -> str:
        word = random.choice(("EXISTS", "NOT EXISTS"))
        other = random.choice(list(self._by_predicate))
        return f"SELECT * WHERE {{ {self._few_pattern(random)} FILTER {word} {{ ?s {other} ?w }} }}"

    def values(self, random: Random) -> str:
        subjects = " ".join(sorted({str(random.choice(self._triples).subject) for _ in range(random.randint(1, 6))}))
        return f"SELECT * WHERE {{ VALUES ?s {{ {subjects} }} ?s ?p ?v }}"

    def joined_values(self, random: Random) -> str:
        some = [random.choice(self._links) for _ in range(4)]
        table = " ".join(f"({each.subject} {each.predicate})" for each in some)
        return f"SELECT * WHERE {{ ?s ?p ?v . ?v a ?t }} VALUES (?s ?p) {{ {table} ({some[0].subject} UNDEF) }}"

    def filters(self, random: Random) -> str:
        test = random.choice(
            ("isIRI(?v)", "isLiteral(?v)", "!isBlank(?v)", "BOUND(?v)", "?v = ?v", "sameTerm(?s, ?s)", "?s != ?v")
        )
        more = random.choice(("", " || isLiteral(?v)", " && !BOUND(?none)", " && isIRI(?s)"))
        return f"SELECT * WHERE {{ {self._few_pattern(random)} FILTER({test}{more}) }}"

    def strings(self, random: Random) -> str:
        literal = self._literal(random)
        word = "".join(each for each in literal.object.value if each.isascii() and each.isalpha())[:3] or "a"
        test = random.choice(
            (
                f'CONTAINS(LCASE(STR(?v)), "{word.lower()}")', f'STRSTARTS(STR(?v), "{word}")', "STRLEN(STR(?v)) > 20",
                f'REGEX(STR(?v), "^{word}", "i")', f'UCASE(SUBSTR(STR(?v), 1, 3)) = "{word.upper()}"',
                f'STRAFTER(STR(?v), "{word[0]}") != ""', f'CONCAT(STR(?v), "!") != "{word}"',
            )
        )  # fmt: skip
        return f"SELECT ?s ?v WHERE {{ ?s {literal.predicate} ?v . {self._narrow(literal)} FILTER({test}) }}"

    def languages(self, random: Random) -> str:
        literal = self._literal(random)
        test = random.choice(('LANG(?v) = "fr"', 'LANGMATCHES(LANG(?v), "en")', 'LANG(?v) = ""', 'LANGMATCHES(LANG(?v), "*")'))  # fmt: skip # noqa: E501
        pattern = f"?s {literal.predicate} ?v . {self._narrow(literal)}"
        return f"SELECT ?s ?v (LANG(?v) AS ?l) WHERE {{ {pattern} FILTER({test}) }}"

    def numbers(self, random: Random) -> str:
        test = random.choice(("?n > 1", "?n >= 2 && ?n < 10", "?n + 1 = 2", "?n * 2 != 4", "?n IN (1, 2, 3)", "?n NOT IN (1)"))  # fmt: skip # noqa: E501
        return (
            f"SELECT * WHERE {{ {{ SELECT ?s (COUNT(?v) AS ?n) WHERE {{ {self._few_pattern(random)} }} GROUP BY ?s }} "
            f"FILTER({test}) }}"
        )

    def counted(self, random: Random) -> str:
        what = random.choice(("COUNT(*)", "COUNT(?v)", "COUNT(DISTINCT ?v)", "COUNT(DISTINCT ?s)"))
        return f"SELECT ({what} AS ?n) WHERE {{ ?s {random.choice(list(self._by_predicate))} ?v }}"

    def grouped(self, random: Random) -> str:
        what = random.choice(("COUNT(?s)", "COUNT(DISTINCT ?s)", "MIN(STR(?s))", "MAX(STR(?s))"))
        return f"SELECT ?v ({what} AS ?n) WHERE {{ {self._few_pattern(random)} }} GROUP BY ?v"

    def having(self, random: Random) -> str:
        other = random.choice(list(self._by_predicate))
        return (
            f"SELECT ?t (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a ?t . ?s {other} ?v }} "
            f"GROUP BY ?t HAVING (COUNT(DISTINCT ?s) > {random.randint(0, 5)})"
        )

    def ordered(self, random: Random) -> str:
        size, offset = random.randint(1, 20), random.choice((0, 0, 3))
        descending = random.random() < 0.5
        order = "DESC(STR(?s))" if descending else "STR(?s)"
        return (
            f"SELECT DISTINCT ?s WHERE {{ {self._few_pattern(random)} }} ORDER BY {order} LIMIT {size} OFFSET {offset}"
        )

    def inside(self, random: Random) -> str:
        outer, inner = self._few_pattern(random), self._few_pattern(random, value="?x")
        return (
            f"SELECT ?s ?v ?n WHERE {{ {outer} "
            f"{{ SELECT ?s (COUNT(*) AS ?n) WHERE {{ ?s ?p ?o . {inner} }} GROUP BY ?s }} }}"
        )

    def bound(self, random: Random) -> str:
        made = random.choice(('CONCAT("<", STR(?s), ">")', "STRLEN(STR(?s))", "isIRI(?v)", "COALESCE(?none, ?s)", 'IF(isIRI(?v), "i", "l")', "STR(?v)", 'REPLACE(STR(?s), "/", "-")'))  # fmt: skip # noqa: E501
        return f"SELECT ?s ?x WHERE {{ {self._few_pattern(random)} BIND({made} AS ?x) }}"

    def path(self, random: Random) -> str:
        link = random.choice(self._links)
        onward = random.choice(self._by_subject[link.object])
        way = random.choice(("{0}/{1}", "^{1}/^{0}", "{0}/{1}?", "({0}|{1})"))
        return f"SELECT DISTINCT ?v WHERE {{ {link.subject} {way.format(link.predicate, onward.predicate)} ?v }}"

    def alternatives(self, random: Random) -> str:
        node = random.choice(self._triples).subject
        own = sorted({str(each.predicate) for each in self._by_subject[node]})
        return f"SELECT ?v WHERE {{ {node} {'|'.join(random.sample(own, min(3, len(own))))} ?v }}"

    def far(self, random: Random) -> str:
        link = random.choice(self._links)
        way = random.choice(("+", "*"))
        start, end = random.choice(((f"{link.subject}", "?v"), ("?v", f"{link.object}")))
        return f"SELECT DISTINCT ?v WHERE {{ {start} {link.predicate}{way} {end} }}"

    def negated_set(self, random: Random) -> str:
        link = random.choice(self._links)
        return f"SELECT ?v WHERE {{ {link.subject} !({link.predicate}|{RDF_TYPE}) ?v }}"

    def ask(self, random: Random) -> str:
        some = random.choice(self._triples)
        if random.random() < 0.3:
            other = random.choice(list(self._by_predicate))
            return f"ASK {{ {some.subject} {other} {random.choice(self._links).object} }}"
        return f"ASK {{ {some.subject} {some.predicate} ?v . ?v a ?t }}"

    def construct(self, random: Random) -> str:
        _, lines = self._star(random, 2)
        return f'CONSTRUCT {{ ?s <urn:x-test:found> ?a, "déjà"@fr . <urn:x-test:all> <urn:x-test:has> ?s }} WHERE {{ {" ".join(lines)} }}'  # noqa: E501

    def construct_short(self, random: Random) -> str:
        return f"CONSTRUCT WHERE {{ {self._few_pattern(random)} }}"

    def describe(self, random: Random) -> str:
        some = random.choice(self._triples)
        if random.random() < 0.5:
            return f"DESCRIBE {some.subject}"
        return f"DESCRIBE ?x WHERE {{ ?x {some.predicate} ?v . FILTER(?x = {some.subject}) }}"

    def graphs(self, random: Random) -> str:
        return random.choice(
            (
                "SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } }",
                f"SELECT * FROM <http://example.org/none> WHERE {{ {self._few_pattern(random)} }}",
                f"SELECT * FROM NAMED <http://example.org/none> WHERE {{ GRAPH ?g {{ {self._few_pattern(random)} }} }}",
            )
        )

    def dates(self, random: Random) -> str:
        compared = random.choice(("?v >= ?d", "?v < ?d", "?v = ?d", "?v != ?d", "YEAR(?v) = YEAR(?d)"))
        day = f"20{random.randint(18, 26)}-0{random.randint(1, 9)}-15"
        return (
            f'SELECT ?s ?v WHERE {{ VALUES ?d {{ "{day}"^^<{XSD}date> }} ?s {random.choice(self._dated)} ?v . '
            f"FILTER(DATATYPE(?v) = <{XSD}date>) FILTER({compared}) }}"
        )

    def summed(self, random: Random) -> str:
        what = random.choice(("SUM(?n)", "MAX(?n)", "MIN(?n)", "COUNT(?n)", "SUM(DISTINCT ?n)"))
        return (
            f"SELECT ({what} AS ?m) WHERE {{ SELECT ?s (COUNT(*) AS ?n) WHERE {{ ?s {random.choice(self._few)} ?v . "
            "?s ?p ?o } GROUP BY ?s }"
        )

    def absent(self, random: Random) -> str:
        other = random.choice(list(self._by_predicate))
        return f"SELECT ?s WHERE {{ {self._few_pattern(random)} OPTIONAL {{ ?s {other} ?w }} FILTER(!BOUND(?w)) }}"

    def nested(self, random: Random) -> str:
        one, two = random.choice(self._few), random.choice(self._few)
        return (
            f"SELECT * WHERE {{ {self._few_pattern(random)} OPTIONAL {{ {{ ?s {one} ?w }} UNION {{ ?s {two} ?x }} "
            f"FILTER NOT EXISTS {{ ?s {random.choice(list(self._by_predicate))} ?y FILTER(isLiteral(?y)) }} }} }}"
        )

    def datatypes(self, random: Random) -> str:
        literal = self._literal(random)
        return f"SELECT ?d (COUNT(*) AS ?n) WHERE {{ ?s {literal.predicate} ?v }} GROUP BY (DATATYPE(?v) AS ?d)"

    def sorted_values(self, random: Random) -> str:
        way = random.choice(("", "DESC"))
        return f"SELECT ?v ?s WHERE {{ {self._few_pattern(random)} }} ORDER BY {way}(STR(?v)) STR(?s) LIMIT 15"

    def reached(self, random: Random) -> str:
        link = random.choice([each for each in self._links if each.predicate in self._few])
        return f"SELECT ?a ?b WHERE {{ ?a {link.predicate}+ ?b }}"

    def construct_optional(self, random: Random) -> str:
        other = random.choice(list(self._by_predicate))
        return (
            f"CONSTRUCT {{ ?s <urn:x-test:v> ?v ; <urn:x-test:w> ?w }} "
            f"WHERE {{ {self._few_pattern(random)} OPTIONAL {{ ?s {other} ?w }} }}"
        )

    def casts(self, random: Random) -> str:
        made = random.choice(
            (f"<{XSD}integer>(STR(?n))", f"<{XSD}string>(?n)", f"<{XSD}decimal>(?n)", "?n / 2", "ABS(0 - ?n)", "-?n")
        )
        return (
            f"SELECT ?s ({made} AS ?x) WHERE {{ {{ SELECT ?s (COUNT(?v) AS ?n) WHERE {{ {self._few_pattern(random)} }} "
            "GROUP BY ?s } }"
        )

    def page(self, random: Random) -> str:
        size = random.randint(1, 5)
        return (
            f"SELECT ?s ?p ?o WHERE {{ {{ SELECT DISTINCT ?s WHERE {{ {self._few_pattern(random)} }} ORDER BY STR(?s) "
            f"LIMIT {size} OFFSET {random.randint(0, 4)} }} ?s ?p ?o }}"
        )

    def _literal(self, random: Random) -> Triple:
        while True:
            found = random.choice(self._triples)
            if isinstance(found.object, Literal):
                return found

    def _narrow(self, triple: Triple) -> str:
        """A pattern that keeps what is said by a frequent property to a few hundred rows."""
        if len(self._by_predicate[triple.predicate]) <= 400:
            return ""
        kind = next((each.object for each in self._by_subject[triple.subject] if each.predicate == RDF_TYPE), None)
        return f"FILTER(?s = {triple.subject})" if kind is None else f"?s a {kind} ."


def _is_long(term: object) -> bool:
    return len(str(term)) > 300
