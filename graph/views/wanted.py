"""What a reader's words ask of the index: each in any of its forms, similar ones, one that is still being typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import tantivy
from tantivy import Occur, Query

from graph.views.words import STEMMERS, fold, stem

# The automata of longer ones grow beyond what the engine allows.
_LONGEST_WORD = 40
# Shorter beginnings are those of half of all words.
_SHORTEST_BEGINNING = 2


class Wanted:
    """Makes queries for an index of this schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def words(self, query: str, asked: Sequence[str], *, loose: bool) -> Query:
        """Every word, each in any of its forms; or the record whose IRI was asked for."""
        if not asked:
            return Query.all_query()
        words = Query.boolean_query([(Occur.Must, self._word(word, loose=loose)) for word in asked])
        itself = Query.boost_query(Query.term_query(self._schema, "iri", query.strip()), 100.0)
        return Query.boolean_query([(Occur.Should, words), (Occur.Should, itself)])

    def typed(self, asked: Sequence[str]) -> Query:
        """Every word, the last one as the beginning of a word of the title too."""
        parts = [(Occur.Must, self._word(word, loose=False)) for word in asked[:-1]]
        forms = [self._word(asked[-1], loose=False)]
        for folded in fold(asked[-1]).split():
            if _SHORTEST_BEGINNING <= len(folded) <= _LONGEST_WORD:
                begun = Query.regex_query(self._schema, "title_word", f"{folded}.*")
                forms.append(Query.boost_query(begun, 3.0))
        return Query.boolean_query([*parts, (Occur.Must, Query.disjunction_max_query(forms, 0.1))])

    def _word(self, word: str, *, loose: bool) -> Query:
        """One word: as it stands, stemmed in each language, in titles most of all."""
        term = Query.term_query
        forms = [(folded, field) for folded in fold(word).split() for field in ("word", "title_word")]
        forms += [(form, field) for lang in STEMMERS for form in stem(word, lang) for field in (lang, f"title_{lang}")]
        queries = [
            Query.boost_query(term(self._schema, field, form), 4.0 if field.startswith("title") else 1.0)
            for form, field in forms
        ]
        if loose:
            queries += [similar for folded in fold(word).split() for similar in self._similar(folded)]
        return Query.disjunction_max_query(queries, 0.1)

    def _similar(self, word: str) -> Iterator[Query]:
        """Words that differ by a slip, and words that begin so; nothing for what is longer than any word."""
        if len(word) > _LONGEST_WORD:
            return
        if len(word) >= 4:
            distance = 2 if len(word) >= 8 else 1
            yield Query.boost_query(Query.fuzzy_term_query(self._schema, "word", word, distance), 0.5)
        if len(word) >= 3:
            yield Query.boost_query(Query.regex_query(self._schema, "word", f"{word}.*"), 0.3)
