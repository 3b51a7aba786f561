"""Licence duties in sentences: what a dataset is made from and must keep, what may be made of it and under what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.languages import mark
from api.pages.plain_agreements import Item, Part
from api.pages.plain_words import Piece, Sentence, Writer
from graph.knowledge import Knowledge
from graph.reasoning.derivation import Derivations, Making, Objection, Source
from graph.reasoning.facts import Facts, RememberedFacts
from graph.reasoning.licences import Bar, Barred, Kind, Licence, Licences
from graph.terms import CC

_MAY = {
    f"{CC}Reproduction": mark("copy"),
    f"{CC}Distribution": mark("pass on"),
    f"{CC}DerivativeWorks": mark("make something else of it"),
}
_MUST = {
    f"{CC}Attribution": mark("name the source"),
    f"{CC}Notice": mark("keep the notice of the licence"),
    f"{CC}ShareAlike": mark("share what is derived in the same way"),
    f"{CC}SourceCode": mark("give the source form too"),
    f"{CC}Copyleft": mark("share what is derived in the same way"),
    f"{CC}LesserCopyleft": mark("share what is derived in the same way"),
}
_MUST_NOT = {
    f"{CC}CommercialUse": mark("use it commercially"),
    f"{CC}HighIncomeNationUse": mark("use it in rich countries"),
}
_TERMS = {
    f"{CC}Attribution": mark("that the source be named"),
    f"{CC}Notice": mark("that the notice of the licence be kept"),
    f"{CC}ShareAlike": mark("that what is derived be shared in the same way"),
    f"{CC}SourceCode": mark("that the source form be given"),
    f"{CC}CommercialUse": mark("that nobody use it commercially"),
}
_OTHERWISE: dict[Bar, str] = {
    "unknown": mark("%(source)s has no licence that is known: only its holder can say what may be made of it."),
    "no derivatives": mark("%(source)s, under %(licence)s, permits nothing to be derived from it."),
    "no distribution": mark("%(source)s, under %(licence)s, may not be passed on."),
}
_MAKINGS: Mapping[Kind, str] = {
    "derivative": mark("Derived from %(sources)s."),
    "collection": mark("A collection of %(sources)s; each keeps its licence."),
    "work": mark("Produced from %(sources)s."),
}
_NOTHING = mark("No licence can lawfully be given to what is derived from this:")


@dataclass(frozen=True)
class Duties:
    """What is known of some things and their licences: how the one was made, and what may be made of them together."""

    things: tuple[str, ...]
    making: Making | None
    onward: Mapping[Kind, Making]
    licences: Licences

    @property
    def mentioned(self) -> set[str]:
        """The IRIs that the sentences may name."""
        found = set(self.things)
        for making in (*([self.making] if self.making else []), *self.onward.values()):
            found |= {*making.own, *making.lawful, *(licence for pair in making.apart for licence in pair)}
            found.update(iri for source in making.sources for iri in (source.iri, *source.licences))
        licences = [self.licences.one(each) for each in found]
        return found.union(*(each.permits | each.asks | each.limits for each in licences))


def licences_of(known: Knowledge) -> Licences:
    """Read the licences that one reader may know."""
    return Licences(Facts(known.triples.query))


def duties_of(known: Knowledge, thing: str, licences: Licences, *, dataset: bool = True) -> Duties:
    """Work out what licences ask of a dataset or a produced work, as one reader may know it."""
    return duties_of_all(RememberedFacts(known.triples.query), [thing], onward=dataset, licences=licences)


def duties_of_all(
    facts: Facts, things: Sequence[str], *, onward: bool = True, licences: Licences | None = None
) -> Duties:
    """Work out what licences ask of one thing, or what may be made of several together."""
    derivations = Derivations(facts, licences)
    kinds: tuple[Kind, ...] = ("derivative", "collection", "work") if onward else ()
    made = {kind: derivations.combination(things, kind) for kind in kinds}
    own = derivations.of(things)[things[0]] if len(set(things)) == 1 else None
    return Duties(tuple(things), own, made, derivations.licences)


class DutyWriter:
    """Writes duties in the reader's language."""

    def __init__(self, writer: Writer, licences: Licences) -> None:
        self._writer = writer
        self._licences = licences

    def parts(self, duties: Duties) -> list[Part]:
        """Write all there is to say under up to three headings."""
        making = duties.making
        parts = [
            (mark("What its licence lets you do and asks of you"), self.asked(making.own if making else ())),
            (mark("What its sources ask of it"), self.kept(making) if making else []),
            (
                mark("What may be made of it") if making else mark("What may be made of them together"),
                self.onward(duties),
            ),
        ]
        return [Part(title, items) for title, items in parts if items]

    def asked(self, own: Iterable[str]) -> list[Item]:
        """Say what each licence permits, asks and forbids."""
        return [Item(self._asks(self._licences.one(each))) for each in own if self._licences.one(each).known]

    def kept(self, making: Making) -> list[Item]:
        """Say what something is made from, and whether its licences keep what the sources ask."""
        if not making.sources:
            return []
        items = [Item(sentence) for sentence in self._made_from(making.sources)]
        for licence, objections in making.own.items():
            if objections:
                said = self._writer.say(
                    mark("Its licence, %(licence)s, does not keep what is asked:"), licence=self._thing(licence)
                )
                items.append(Item(said, self._objected(objections)))
            else:
                said = self._writer.say(
                    mark("Its licence, %(licence)s, keeps all that its sources ask."), licence=self._thing(licence)
                )
                items.append(Item(said))
        if any(making.own.values()) or not making.own:
            items.append(
                self.lawful(
                    making,
                    mark("It could lawfully carry %(licences)s."),
                    mark("No licence can lawfully be given to it:"),
                )
            )
        return items

    def onward(self, duties: Duties) -> list[Item]:
        """Say what a derived dataset, a collection and a work made of it may carry."""
        found = duties.onward
        if not found:
            return []
        items = [self.lawful(found["derivative"], mark("A dataset derived from this may carry %(licences)s."))]
        everything = len(self._licences.choices)
        for making, free, some in (
            (found["collection"],
             mark("A collection that holds this may have any licence; what it holds keeps its own."),
             mark("A collection that holds this may carry %(licences)s.")),
            (found["work"],
             mark("A map, a picture or an answer made with this may have any licence."),
             mark("A map, a picture or an answer made with this may carry %(licences)s.")),
        ):  # fmt: skip
            if not making.lawful:
                continue
            items.append(
                Item(self._writer.say(free)) if len(making.lawful) == everything else self.lawful(making, some)
            )
        return items

    def lawful(self, making: Making, message: str, none: str = _NOTHING) -> Item:
        """Say which licences may be carried, or why none may."""
        if making.lawful:
            names = [self._thing(each) for each in self._nearest(making)]
            return Item(self._writer.say(message, licences=self._writer.listed(names)))
        why = self._closed(making.closed)
        for one, other in making.apart:
            said = mark("No licence keeps both what %(one)s and what %(other)s ask.")
            why.append(self._writer.say(said, one=self._thing(one), other=self._thing(other)))
        return Item(self._writer.say(none), why)

    def _nearest(self, making: Making) -> list[str]:
        """Order licences: those that the sources have first, then those that ask least."""
        own = {licence for source in making.sources for licence in source.licences}
        return sorted(making.lawful, key=lambda each: (each not in own, len(self._licences.one(each).asks), each))

    def _closed(self, objections: Iterable[Objection]) -> list[Sentence]:
        return [self._objection(each, each.barred[0]) for each in objections]

    def _objected(self, objections: Iterable[Objection]) -> list[Sentence]:
        return [self._objection(each, barred) for each in objections for barred in each.barred]

    def _objection(self, objection: Objection, barred: Barred) -> Sentence:
        places = {"source": self._thing(objection.source.iri)}
        if objection.licence:
            places["licence"] = self._thing(objection.licence)
        elif barred.bar == "unknown":
            return self._writer.say(_OTHERWISE["unknown"], **places)
        if barred.bar in _OTHERWISE:
            return self._writer.say(_OTHERWISE[barred.bar], **places)
        return self._writer.say(
            mark("%(source)s, under %(licence)s, asks %(term)s."), **places, term=self._word(barred.term, _TERMS)
        )

    def _made_from(self, sources: Iterable[Source]) -> list[Sentence]:
        by_kind: dict[Kind, list[Source]] = {}
        for source in sources:
            by_kind.setdefault(source.kind, []).append(source)
        return [
            self._writer.say(_MAKINGS[kind], sources=self._writer.listed([self._source(each) for each in some]))
            for kind, some in by_kind.items()
        ]

    def _source(self, source: Source) -> Sentence:
        thing = self._thing(source.iri)
        if not source.licences:
            return thing
        licences = self._writer.things(source.licences)
        return self._writer.say(mark("%(source)s (%(licence)s)"), source=thing, licence=licences)

    def _asks(self, licence: Licence) -> Sentence:
        writer, name = self._writer, self._thing(licence.iri)
        said = []
        for terms, words, message in (
            (licence.permits, _MAY, mark("Under %(licence)s you may %(terms)s.")),
            (licence.requires, _MUST, mark("You must %(terms)s.")),
            (licence.prohibits, _MUST_NOT, mark("You must not %(terms)s.")),
        ):
            # Two terms of one meaning are said once; a term without words of ours is named.
            worded = {words[term]: self._word(term, words) for term in sorted(terms) if term in words}
            known = [worded[text] for text in dict.fromkeys(words.values()) if text in worded]
            known += [self._word(term, words) for term in sorted(terms - words.keys())]
            if known:
                said.append(writer.say(message, licence=name, terms=writer.listed_all(known)) if "licence" in message
                            else writer.say(message, terms=writer.listed_all(known)))  # fmt: skip
        if licence.limits:
            said.append(
                writer.say(mark("Sharing alike is limited: %(limits)s."), limits=writer.things(sorted(licence.limits)))
            )
        spaced = [piece for each in said for piece in (each, (Piece(" "),))]
        return writer.join(*spaced[:-1])

    def _word(self, term: str, words: Mapping[str, str]) -> Sentence:
        return self._writer.term(term, dict(words))

    def _thing(self, iri: str) -> Sentence:
        return self._writer.thing(iri)
