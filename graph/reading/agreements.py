"""An agreement read from its ODRL rules: who may, must not or must do what, with which data, on which conditions.

Nothing is judged: what the rules say is brought into one shape, with what the ODRL Information Model says of a policy's
own parties, target and action (section 2.7.1: they hold for each rule). https://www.w3.org/TR/odrl-model/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.entities import Entity, Said
from graph.terms import CG, DCAT, DCT, ODRL, PROV, RDF

PRODUCT, PURPOSE = f"{ODRL}product", f"{ODRL}purpose"
DATE_TIME, SPATIAL, PAY_AMOUNT = f"{ODRL}dateTime", f"{ODRL}spatial", f"{ODRL}payAmount"
COMPENSATE, INFORM = f"{ODRL}compensate", f"{ODRL}inform"
NAMING = frozenset(f"{ODRL}{name}" for name in ("eq", "isA", "isAnyOf"))
"""The operators of a constraint that names what is allowed: only these tell a service or a purpose."""

EXCLUDING = frozenset(f"{ODRL}{name}" for name in ("neq", "isNoneOf"))
"""The operators of a constraint that names what is left out."""

RULES = tuple(f"{ODRL}{name}" for name in ("permission", "prohibition", "obligation"))
"""The properties of a policy that state its rules."""

_LOGICAL = tuple(f"{ODRL}{name}" for name in ("and", "or", "xone", "andSequence"))
_FUNCTIONS = tuple(
    f"{ODRL}{name}Party" for name in ("informed", "compensated", "consenting", "consented", "tracked", "contracted")
)
_DEEP = 8  # Rules and constraints may name each other in a ring; no honest policy nests deeper.

Properties = Mapping[str, tuple[Said, ...]]


@dataclass(frozen=True, slots=True)
class Condition:
    """One constraint: what is measured, how it compares, with what (N-Triples texts), in which unit."""

    left: str | None
    operator: str | None
    right: tuple[str, ...]
    unit: str | None = None

    def names(self, left: str) -> tuple[str, ...]:
        """Give the right operands where this condition names what a left operand may be, else nothing."""
        return self.right if self.left == left and self.operator in NAMING else ()


@dataclass(frozen=True, slots=True)
class Combination:
    """Several conditions under one logical operator: all, any, exactly one, all in turn."""

    operator: str
    members: tuple[Condition | Combination, ...]


Terms = tuple[Condition | Combination, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """An action with what narrows it; `action` is None where a node names none."""

    action: str | None
    refinements: Terms = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, or a duty that another rule leads to; IRIs throughout, without brackets."""

    acts: tuple[Act, ...]
    targets: tuple[str, ...]
    assigners: tuple[str, ...]
    assignees: tuple[str, ...]
    parties: Mapping[str, tuple[str, ...]]
    conditions: Terms
    duties: tuple[Rule, ...] = ()
    remedies: tuple[Rule, ...] = ()
    consequences: tuple[Rule, ...] = ()

    def named(self, left: str) -> tuple[str, ...]:
        """Give what the conditions name for a left operand: services, purposes."""
        return tuple(right for each in self.conditions if isinstance(each, Condition) for right in each.names(left))

    def allowed(self, left: str) -> frozenset[str] | None:
        """Give what every condition that names a left operand lets it be (all hold together); None where none does."""
        named = [
            frozenset(each.names(left))
            for each in self.conditions
            if isinstance(each, Condition) and each.left == left and each.operator in NAMING
        ]
        return frozenset.intersection(*named) if named else None

    def excluded(self, left: str) -> frozenset[str]:
        """Give what conditions say that a left operand must not be."""
        conditions = (each for each in self.conditions if isinstance(each, Condition) and each.left == left)
        return frozenset(right for each in conditions if each.operator in EXCLUDING for right in each.right)

    @property
    def price(self) -> Condition | None:
        """The amount that this duty asks to pay, where paying an amount is all it asks."""
        if len(self.acts) != 1 or self.acts[0].action != COMPENSATE or self.conditions or self.consequences:
            return None
        match self.acts[0].refinements:
            case (Condition(left=left, operator=operator) as only,) if left == PAY_AMOUNT and operator == f"{ODRL}eq":
                return only
        return None


@dataclass(frozen=True, slots=True)
class Period:
    """One period for which a policy holds; dates as they are written (N-Triples texts)."""

    starts: tuple[str, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A policy as a whole. `kind` is the local name of its ODRL class; dates are as they are written."""

    kind: str
    assigners: tuple[str, ...]
    assignees: tuple[str, ...]
    permissions: tuple[Rule, ...]
    prohibitions: tuple[Rule, ...]
    obligations: tuple[Rule, ...]
    conflict: str | None
    periods: tuple[Period, ...]
    places: tuple[str, ...]
    bodies: tuple[str, ...]
    decisions: tuple[str, ...]
    revises: tuple[str, ...]
    inherits: tuple[str, ...]

    @property
    def starts(self) -> tuple[str, ...]:
        """The first days of its terms."""
        return tuple(text for period in self.periods for text in period.starts)

    @property
    def ends(self) -> tuple[str, ...]:
        """The last days of its terms."""
        return tuple(text for period in self.periods for text in period.ends)

    @property
    def void(self) -> bool:
        """Whether it permits and forbids one thing to one party and states no strategy: void whole (section 2.6.4)."""
        if self.conflict not in (None, f"{ODRL}invalid"):
            return False
        return bool(clashes(self))


@dataclass(frozen=True, slots=True)
class Clash:
    """A permission and a prohibition that some case meets both of."""

    permission: Rule
    prohibition: Rule

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions that are permitted and forbidden at once."""
        forbidden = {act.action for act in self.prohibition.acts}
        return tuple(act.action for act in self.permission.acts if act.action is not None and act.action in forbidden)


def read_agreement(entity: Entity) -> Agreement:
    """Read what an entity's statements say as a policy; what it does not state is empty."""
    own, reader = entity.own, _Reader(entity)
    kinds = [f"{ODRL}{name}" for name in ("Offer", "Request", "Agreement", "Set")]
    kind = next((each for each in kinds if each in entity.types), kinds[2])
    periods = [entity.nodes.get(iri, {}) for iri in _iris(own, f"{DCT}temporal")]
    permissions, prohibitions, obligations = (reader.rules(own, prop) for prop in RULES)
    return Agreement(
        kind.removeprefix(ODRL),
        reader.parties("assigner", own),
        reader.parties("assignee", own),
        permissions,
        prohibitions,
        obligations,
        next(iter(_iris(own, f"{ODRL}conflict")), None),
        tuple(Period(_texts(period, f"{DCAT}startDate"), _texts(period, f"{DCAT}endDate")) for period in periods),
        _iris(own, f"{DCT}spatial"),
        _iris(own, f"{CG}conditionsDefinedBy"),
        _iris(own, f"{CG}decidedBy"),
        _iris(own, f"{PROV}wasRevisionOf"),
        _iris(own, f"{ODRL}inheritFrom"),
    )


class _Reader:
    """Reads rules of one policy, its own parties, target and action standing in where a rule names none."""

    def __init__(self, entity: Entity) -> None:
        self._entity = entity
        self._own = entity.own

    def parties(self, role: str, properties: Properties) -> tuple[str, ...]:
        """Give those who have a role in a rule, else in the policy."""
        prop = f"{ODRL}{role}"
        return _iris(properties, prop) or _iris(self._own, prop)

    def rules(self, properties: Properties, prop: str, depth: int = 0) -> tuple[Rule, ...]:
        """Read the rules that a property leads to."""
        return tuple(self._rule(iri, depth) for iri in _iris(properties, prop)) if depth < _DEEP else ()

    def _rule(self, iri: str, depth: int) -> Rule:
        properties = self._entity.nodes.get(iri, {})
        # A duty or a remedy says its own action and target; the policy's are for the rules that it states itself.
        fallen = self._own if depth == 0 else {}
        actions = properties.get(f"{ODRL}action") or fallen.get(f"{ODRL}action", ())
        return Rule(
            tuple(self._act(said.value[1:-1], depth) for said in actions if said.value.startswith("<")),
            _iris(properties, f"{ODRL}target") or _iris(fallen, f"{ODRL}target"),
            self.parties("assigner", properties),
            self.parties("assignee", properties),
            {function: named for function in _FUNCTIONS if (named := _iris(properties, function))},
            self._terms(properties, f"{ODRL}constraint", depth),
            self.rules(properties, f"{ODRL}duty", depth + 1),
            self.rules(properties, f"{ODRL}remedy", depth + 1),
            self.rules(properties, f"{ODRL}consequence", depth + 1),
        )

    def _act(self, iri: str, depth: int) -> Act:
        """Read an action: an IRI by itself, or a node with `rdf:value` and refinements."""
        properties = self._entity.nodes.get(iri)
        if properties is None:
            return Act(iri)
        values = _iris(properties, f"{RDF}value")
        return Act(values[0] if values else None, self._terms(properties, f"{ODRL}refinement", depth))

    def _terms(self, properties: Properties, prop: str, depth: int) -> Terms:
        if depth >= _DEEP:
            return ()
        return tuple(self._term(iri, depth + 1) for iri in _iris(properties, prop))

    def _term(self, iri: str, depth: int) -> Condition | Combination:
        """Read one constraint, or several under a logical operator."""
        properties = self._entity.nodes.get(iri, {})
        for operator in _LOGICAL:
            if operator in properties:
                return Combination(operator, self._terms(properties, operator, depth))
        right = properties.get(f"{ODRL}rightOperand") or properties.get(f"{ODRL}rightOperandReference", ())
        return Condition(
            next(iter(_iris(properties, f"{ODRL}leftOperand")), None),
            next(iter(_iris(properties, f"{ODRL}operator")), None),
            tuple(said.value for said in right),
            next(iter(_iris(properties, f"{ODRL}unit")), None),
        )


def clashes(agreement: Agreement) -> tuple[Clash, ...]:
    """Give where an agreement permits and forbids one thing at once, whatever it says of such a case."""
    return tuple(
        Clash(one, other) for one in agreement.permissions for other in agreement.prohibitions if _clash(one, other)
    )


def _clash(permission: Rule, prohibition: Rule) -> bool:
    """Say whether some case meets both rules (section 2.6.4): one action, target and party, nothing between them."""

    def meet(one: Iterable[str | None], other: Iterable[str | None]) -> bool:
        mine, theirs = set(one), set(other)
        return bool(mine & theirs) or not mine or not theirs

    return (
        bool({act.action for act in permission.acts} & {act.action for act in prohibition.acts} - {None})
        and meet(permission.targets, prohibition.targets)
        and meet(permission.assignees, prohibition.assignees)
        and not _apart(permission, prohibition)
    )


def _apart(one: Rule, other: Rule) -> bool:
    """Say whether two rules leave a left operand that either names no common value, so that no case meets both."""
    for left in {
        each.left for each in (*one.conditions, *other.conditions) if isinstance(each, Condition) and each.left
    }:
        named = [allowed for allowed in (one.allowed(left), other.allowed(left)) if allowed is not None]
        if named and not frozenset.intersection(*named) - one.excluded(left) - other.excluded(left):
            return True
    return False


def _iris(properties: Properties, prop: str) -> tuple[str, ...]:
    return tuple(said.value[1:-1] for said in properties.get(prop, ()) if said.value.startswith("<"))


def _texts(properties: Properties, prop: str) -> tuple[str, ...]:
    return tuple(said.value for said in properties.get(prop, ()))
