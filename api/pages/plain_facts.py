"""What each kind of thing says of itself, in sentences: a table of messages and the properties that fill them.

A property after `^` is read backwards: who points here by it; `/` leads on from what was found. Of several ways to say
one thing the first is taken whose properties are all there. Time is told by the day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from api.languages import mark
from api.pages.plain_words import Sentence, Writer
from graph.terms import XSD, expand

Values = Callable[[str], tuple[str, ...]]
"""Gives the N-Triples texts that a path leads to from the thing that is told of."""


@dataclass(frozen=True)
class Phrase:
    """A message, the property that fills each of its places, and what must hold besides.

    `when` names a property and the value (N-Triples text) it must have, `without` a property that must have none;
    `alike` asks that all its places be filled with the same.
    """

    message: str
    places: Mapping[str, str]
    when: tuple[str, str] | None = None
    without: str | None = None
    alike: bool = False

    def said(self, writer: Writer, values: Values) -> Sentence:
        """Give the sentence, nothing where a property is missing."""
        if self.when is not None and self.when[1] not in values(self.when[0]):
            return ()
        if self.without is not None and values(self.without):
            return ()
        found = {place: values(prop) for place, prop in self.places.items()}
        if not all(found.values()) or (self.alike and len(set(found.values())) > 1):
            return ()
        return writer.say(
            self.message,
            **{
                place: writer.listed([writer.day(text) if place in _DAYS else writer.value(text) for text in texts])
                for place, texts in found.items()
            },
        )


_DAYS = {"start", "end", "day"}
_TRUE, _FALSE = (f'"{word}"^^<{XSD}boolean>' for word in ("true", "false"))


def _phrase(
    message: str,
    places: str = "",
    *,
    when: tuple[str, str] | None = None,
    without: str | None = None,
    alike: bool = False,
) -> Phrase:
    """Make a phrase from `place=prefix:name` pairs; a path of two properties is `first/second`."""
    pairs = dict(each.split("=") for each in places.split())
    return Phrase(
        message,
        {place: written(prop) for place, prop in pairs.items()},
        None if when is None else (written(when[0]), when[1] if when[1].startswith('"') else f"<{written(when[1])}>"),
        None if without is None else written(without),
        alike,
    )


def written(path: str) -> str:
    """Write the steps of a path, such as `cg:concerns/^cg:producedThrough`, with IRIs, a space between them."""
    return " ".join(
        ("^" if step.startswith("^") else "") + expand(step.removeprefix("^"))[0] for step in path.split("/")
    )


_SPAN = (
    _phrase(mark("From %(start)s to %(end)s."), "start=dct:temporal/dcat:startDate end=dct:temporal/dcat:endDate"),
    _phrase(mark("From %(start)s, without a stated end."), "start=dct:temporal/dcat:startDate"),
)

PHRASES: dict[str, tuple[tuple[Phrase, ...], ...]] = {
    "barrier": (
        (
            _phrase(
                mark("%(who)s gives this reason for holding back %(data)s: %(kind)s."),
                "who=cg:statedBy data=cg:about kind=cg:barrierKind",
            ),
            _phrase(
                mark("%(who)s gives this reason for holding data back: %(kind)s."),
                "who=cg:statedBy kind=cg:barrierKind",
            ),
            _phrase(mark("What holds back %(data)s: %(kind)s."), "data=cg:about kind=cg:barrierKind"),
            _phrase(mark("What holds data back: %(kind)s."), "kind=cg:barrierKind"),
        ),
        (_phrase(mark("Reported by %(who)s."), "who=cg:reportedBy"),),
        (_phrase(mark("Ground in law: %(law)s."), "law=cg:legalGround"),),
        (
            _phrase(mark("From %(start)s to %(end)s."), "start=prov:startedAtTime end=prov:endedAtTime"),
            _phrase(mark("Since %(start)s."), "start=prov:startedAtTime"),
        ),
        (_phrase(mark("Where it stands: %(status)s."), "status=cg:barrierStatus"),),
        (_phrase(mark("Lifted by %(what)s."), "what=cg:liftedBy"),),
        (
            _phrase(mark("To be looked at again on %(day)s."), "day=cg:reviewDate"),
            _phrase(mark("No date is set for looking at it again."), without="cg:liftedBy"),
        ),
    ),
    "decision": (
        (
            _phrase(
                mark("%(body)s decided on %(what)s on %(day)s."), "body=cg:decidedBy what=cg:about day=prov:endedAtTime"
            ),
            _phrase(mark("%(body)s decided on %(what)s."), "body=cg:decidedBy what=cg:about"),
            _phrase(mark("Decided by %(body)s."), "body=cg:decidedBy"),
        ),
        (_phrase(mark("Present: %(who)s."), "who=prov:wasAssociatedWith"),),
        (_phrase(mark("Agreed: %(who)s."), "who=cg:agreedBy"),),
        (
            _phrase(mark("Dissented: %(who)s."), "who=cg:dissentedBy"),
            _phrase(mark("No dissent is on record."), without="cg:dissentedBy"),
        ),
        (_phrase(mark("What follows from it: %(what)s."), "what=^cg:decidedBy"),),
        (_phrase(mark("It lifted: %(what)s."), "what=^cg:liftedBy"),),
    ),
    "contract": (
        (
            _phrase(
                mark("%(authority)s entrusts %(operator)s with running %(service)s."),
                "authority=cv:hasContractingAuthority operator=cv:hasEconomicOperator service=cg:concerns",
            ),
            _phrase(
                mark("%(authority)s entrusts %(operator)s with a service."),
                "authority=cv:hasContractingAuthority operator=cv:hasEconomicOperator",
            ),
        ),
        _SPAN,
        (_phrase(mark("Made under %(law)s."), "law=cv:establishedUnder"),),
        (_phrase(mark("Data made in running the service: %(data)s."), "data=cg:concerns/^cg:producedThrough"),),
        (_phrase(mark("Exempt from giving data back, by %(exemption)s."), "exemption=cg:dataClauseExemption"),),
    ),
    "period": (
        (
            _phrase(
                mark("Access to %(data)s from %(start)s to %(end)s: %(status)s."),
                "data=cg:about status=cg:status start=dcat:startDate end=dcat:endDate",
            ),
            _phrase(
                mark("Access to %(data)s since %(start)s: %(status)s."),
                "data=cg:about status=cg:status start=dcat:startDate",
            ),
        ),
        (_phrase(mark("Decided by %(who)s."), "who=cg:decidedBy"),),
    ),
    "legal-effect": (
        (
            _phrase(
                mark("%(law)s, article %(article)s: %(effect)s."),
                "law=cg:effectOf article=cg:article effect=cg:effectKind",
            ),
            _phrase(mark("%(law)s: %(effect)s."), "law=cg:effectOf effect=cg:effectKind"),
        ),
        (_phrase(mark("Whom it addresses: %(who)s."), "who=cg:addressee"),),
        (_phrase(mark("Which data: %(data)s."), "data=cg:dataKind"),),
        (_phrase(mark("In whose favour: %(who)s."), "who=cg:inFavourOf"),),
        (_phrase(mark("In the domain: %(domain)s."), "domain=cg:domain"),),
    ),
    "licence": (
        (_phrase(mark("It permits: %(what)s."), "what=cc:permits"),),
        (
            _phrase(mark("It requires: %(what)s."), "what=cc:requires"),
            _phrase(mark("It requires nothing in return."), "what=cc:permits", without="cc:requires"),
        ),
        (_phrase(mark("It prohibits: %(what)s."), "what=cc:prohibits"),),
        (_phrase(mark("To be shared alike: %(what)s."), "what=cg:shareAlikeBinds"),),
        (
            _phrase(mark("Open enough for high-value datasets."), when=("cg:meetsHvdLicence", _TRUE)),
            _phrase(mark("Not open enough for high-value datasets."), when=("cg:meetsHvdLicence", _FALSE)),
        ),
        (
            _phrase(
                mark("On the list of licences that French administrations may choose without asking."),
                when=("cg:onLegalList", _TRUE),
            ),
            _phrase(
                mark("Not on the list of licences that French administrations may choose without asking."),
                when=("cg:onLegalList", _FALSE),
            ),
        ),
        (
            _phrase(
                mark("What is made from data under it may be published under: %(licences)s."),
                "licences=odrs:compatibleWith",
            ),
        ),
    ),
    "relationship": (
        (
            _phrase(
                mark("What is made from data under %(one)s may be published under %(other)s."),
                "one=cg:fromLicence other=cg:toLicence",
            ),
        ),
        (_phrase(mark("Who says so: %(source)s."), "source=dct:source"),),
    ),
    "data-service": (
        (_phrase(mark("Offered by %(who)s."), "who=dct:publisher"),),
        (_phrase(mark("Programs get from it: %(data)s."), "data=dcat:servesDataset"),),
        (_phrase(mark("High-value category: %(category)s."), "category=dcatap:hvdCategory"),),
        (_phrase(mark("Law that applies: %(law)s."), "law=dcatap:applicableLegislation"),),
    ),
    "dataset": (
        (
            _phrase(
                mark("Open: anyone may have it, under %(licence)s."),
                "licence=dct:license",
                when=("cg:opennessStatus", "cg:Open"),
            ),
            _phrase(
                mark("Open: anyone may have it, under %(licence)s."),
                "licence=dcat:distribution/dct:license",
                when=("cg:opennessStatus", "cg:Open"),
            ),
            _phrase(
                mark("Anyone may see it, and it is not open: look at %(licence)s, and at what it costs."),
                "licence=dct:license",
                when=("cg:opennessStatus", "cg:PublicNotOpen"),
            ),
            _phrase(
                mark("Anyone may see it, and it is not open: look at %(licence)s, and at what it costs."),
                "licence=dcat:distribution/dct:license",
                when=("cg:opennessStatus", "cg:PublicNotOpen"),
            ),
            _phrase(
                mark("Anyone may see it, and it is not open: no licence says what may be done with it."),
                when=("cg:opennessStatus", "cg:PublicNotOpen"),
            ),
            _phrase(
                mark("Shared: its access right is “%(right)s”."),
                "right=dct:accessRights",
                when=("cg:opennessStatus", "cg:Shared"),
            ),
            _phrase(
                mark("Closed: its access right is “%(right)s”."),
                "right=dct:accessRights",
                when=("cg:opennessStatus", "cg:Closed"),
            ),
            _phrase(mark("How open it is, is not known: nothing says who may have it."), without="dct:accessRights"),
        ),
        (
            _phrase(mark("Held and published by %(who)s."), "who=dct:publisher holder=dga:hasDataHolder", alike=True),
            _phrase(mark("Held by %(holder)s, published by %(who)s."), "holder=dga:hasDataHolder who=dct:publisher"),
            _phrase(mark("Held by %(holder)s."), "holder=dga:hasDataHolder"),
            _phrase(mark("Published by %(who)s."), "who=dct:publisher"),
        ),
        (_phrase(mark("Made by %(who)s."), "who=dct:creator"),),
        (_phrase(mark("Barrier on record: %(barrier)s."), "barrier=cg:hasBarrier"),),
        (_phrase(mark("Shared by: %(agreement)s."), "agreement=^cg:coversDataset"),),
        (_phrase(mark("Made from %(data)s."), "data=prov:wasDerivedFrom"),),
        (_phrase(mark("Made in running %(service)s."), "service=cg:producedThrough"),),
        (_phrase(mark("Services that use it: %(services)s."), "services=^cg:consumesDataset"),),
        (_phrase(mark("Services that lack it: %(services)s."), "services=^cg:needsDataset"),),
    ),
    "service": (
        (
            _phrase(
                mark("Run by %(who)s; the competent authority is %(authority)s."),
                "who=cg:operatedBy authority=cv:hasCompetentAuthority",
            ),
            _phrase(mark("Run by %(who)s."), "who=cg:operatedBy"),
            _phrase(mark("The competent authority is %(authority)s."), "authority=cv:hasCompetentAuthority"),
        ),
        (_phrase(mark("Where it stands: %(status)s."), "status=adms:status"),),
        (_phrase(mark("Its purpose: %(purpose)s."), "purpose=dpv:hasPurpose"),),
        (
            _phrase(
                mark("Of general interest, on the ground of %(ground)s."),
                "ground=cg:generalInterestGround",
                when=("cg:generalInterest", _TRUE),
            ),
            _phrase(
                mark("Said to be of general interest, without a stated ground."), when=("cg:generalInterest", _TRUE)
            ),
        ),
        (_phrase(mark("Fed by %(data)s."), "data=cg:consumesDataset"),),
        (_phrase(mark("Data it lacks: %(data)s."), "data=cg:needsDataset"),),
        (_phrase(mark("Agreements that let it use data: %(agreements)s."), "agreements=^cg:authorises"),),
    ),
    "body": (
        (_phrase(mark("Who sits in it: %(who)s."), "who=^org:organization/org:member"),),
        (_phrase(mark("What it decided: %(what)s."), "what=^cg:decidedBy"),),
        (_phrase(mark("Terms made by it: %(what)s."), "what=^cg:conditionsDefinedBy"),),
    ),
    "membership": (
        (
            _phrase(
                mark("%(member)s sits in %(body)s as: %(role)s."),
                "member=org:member body=org:organization role=org:role",
            ),
            _phrase(mark("%(member)s sits in %(body)s."), "member=org:member body=org:organization"),
        ),
        (_phrase(mark("Since %(start)s."), "start=org:memberDuring/time:hasBeginning/time:inXSDDate"),),
    ),
    "actor": (
        (
            _phrase(mark("Pole: %(pole)s (%(control)s)."), "pole=cg:pole control=cg:controlledBy"),
            _phrase(mark("Pole: %(pole)s."), "pole=cg:pole"),
        ),
        (_phrase(mark("A public-service mission, under %(law)s."), "law=cg:missionUnder"),),
        (_phrase(mark("Data held: %(data)s."), "data=^dga:hasDataHolder"),),
        (_phrase(mark("Services run: %(services)s."), "services=^cg:operatedBy"),),
        (_phrase(mark("Data lent to others under: %(agreements)s."), "agreements=^odrl:assigner"),),
        (_phrase(mark("Data received under: %(agreements)s."), "agreements=^odrl:assignee"),),
        (
            _phrase(
                mark("By these agreements it both gives and receives."), "given=^odrl:assigner taken=^odrl:assignee"
            ),
            _phrase(mark("By no agreement on record does it receive data."), "given=^odrl:assigner"),
            _phrase(mark("By no agreement on record does it give data in return."), "taken=^odrl:assignee"),
        ),
    ),
    "activity": (
        (
            _phrase(
                mark("%(data)s: given to %(who)s on %(day)s."), "data=prov:used who=cg:deliveredTo day=prov:endedAtTime"
            ),
            _phrase(mark("%(data)s: given to %(who)s."), "data=prov:used who=cg:deliveredTo"),
            _phrase(mark("%(data)s: made anonymous by %(method)s."), "data=prov:used method=cg:method"),
            _phrase(mark("Data used: %(data)s."), "data=prov:used"),
        ),
        (_phrase(mark("Who did it: %(who)s."), "who=prov:wasAssociatedWith"),),
        (
            _phrase(
                mark("Controller: %(who)s; processor: %(processor)s."),
                "who=dpv:hasDataController processor=dpv:hasDataProcessor",
            ),
            _phrase(mark("Controller: %(who)s."), "who=dpv:hasDataController"),
        ),
        (_phrase(mark("Legal basis: %(basis)s."), "basis=dpv:hasLegalBasis"),),
    ),
    "law": ((_phrase(mark("It changes %(law)s."), "law=eli:changes"),),),
}
"""The sentences of each kind, in order: one of each group is said."""


def facts(kind: str, writer: Writer, values: Values) -> list[Sentence]:
    """Say what there is to say of a thing of this kind."""
    return [
        sentence
        for group in PHRASES.get(kind, ())
        if (sentence := next((said for phrase in group if (said := phrase.said(writer, values))), ()))
    ]


def asked(kind: str) -> Iterable[str]:
    """Give the properties, as `PHRASES` writes them, that the sentences of a kind read."""
    for group in PHRASES.get(kind, ()):
        for phrase in group:
            yield from phrase.places.values()
            yield from (name for name in (phrase.when and phrase.when[0], phrase.without) if name)
