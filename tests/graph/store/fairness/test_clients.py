"""Each client has its share, and only its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from graph.errors import LimitReached, Overloaded, ShareUsedUp
from graph.store.fairness import clients
from graph.store.fairness.clients import Clients
from graph.store.fairness.rules import Fairness

RULES = Fairness(client_running=2, client_waiting=1, client_seconds=30, inside=5)


@dataclass
class Clock:
    """A clock that the test sets."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(clients, "monotonic", clock)
    return clock


def never() -> bool:
    return False


def test_who_has_used_a_minutes_share_comes_back_when_he_is_told(clock: Clock) -> None:
    accounts = Clients(RULES)
    with accounts.admit("a") as place:
        place.client.charge(29)
    with accounts.admit("a") as place:
        place.client.charge(11)
    # 40 owed, 30 allowed, half a second paid back a second.
    with pytest.raises(ShareUsedUp, match="30 s of processor time") as refused:
        accounts.admit("a")
    assert refused.value.retry_after == 21
    clock.now += 19
    with pytest.raises(ShareUsedUp):
        accounts.admit("a")
    clock.now += 2
    accounts.admit("a").leave()


def test_a_share_is_not_saved_up(clock: Clock) -> None:
    accounts = Clients(RULES)
    client = accounts.admit("a").client
    clock.now += 3600
    client.charge(30)
    with pytest.raises(ShareUsedUp):
        accounts.admit("a")


def test_one_client_pays_for_no_other(clock: Clock) -> None:
    accounts = Clients(RULES)
    accounts.admit("a").client.charge(1000)
    accounts.admit("b").leave()
    accounts.admit(None).client.charge(1000)
    accounts.admit(None).leave()


def test_what_a_client_asks_as_a_rule_is_remembered_for_a_while(clock: Clock) -> None:
    client = Clients(RULES).admit("a").client
    assert client.typical == 0
    client.note(2.0)
    assert client.typical == 1.0
    for _ in range(6):
        client.note(0.0)
    assert client.typical < 0.05


def test_no_limit_is_no_limit(clock: Clock) -> None:
    accounts = Clients(Fairness(client_seconds=0))
    client = accounts.admit("a").client
    client.charge(10**6)
    accounts.admit("a").leave()
    # Turns still tell clients apart by what they used.
    assert client.owed() > 0


def test_one_client_has_only_so_many_in_the_house() -> None:
    accounts = Clients(RULES)
    places = [accounts.admit("a") for _ in range(3)]
    with pytest.raises(ShareUsedUp, match="3 of your queries"):
        accounts.admit("a")
    accounts.admit("b").leave()
    places[0].leave()
    places[0].leave()
    accounts.admit("a")
    with pytest.raises(ShareUsedUp):
        accounts.admit("a")


def test_the_house_is_full_for_everyone() -> None:
    accounts = Clients(RULES)
    places = [accounts.admit(name) for name in ("a", "a", "b", "b", None)]
    with pytest.raises(Overloaded) as refused:
        accounts.admit("c")
    assert not isinstance(refused.value, ShareUsedUp)
    assert refused.value.retry_after
    places[-1].leave()
    accounts.admit("c")


def test_the_third_of_two_waits_until_one_is_answered() -> None:
    accounts = Clients(RULES)
    first, second, third = (accounts.admit("a") for _ in range(3))
    far = clients.monotonic() + 60
    first.begin(far, never)
    second.begin(far, never)
    begun = threading.Event()

    def wait() -> None:
        third.begin(far, never)
        begun.set()

    thread = threading.Thread(target=wait)
    thread.start()
    assert not begun.wait(0.3)
    first.end()
    assert begun.wait(20)
    thread.join()


def test_who_waits_in_vain_or_goes_away_is_told() -> None:
    accounts = Clients(RULES)
    places = [accounts.admit("a") for _ in range(3)]
    for place in places[:2]:
        place.begin(clients.monotonic() + 60, never)
    with pytest.raises(ShareUsedUp, match="2 of your queries"):
        places[2].begin(clients.monotonic() + 0.05, never)
    with pytest.raises(LimitReached, match="cancelled"):
        places[2].begin(clients.monotonic() + 60, lambda: True)
    # Nobody in particular waits for nobody.
    for place in (accounts.admit(None), accounts.admit(None)):
        place.begin(0, never)


def test_accounts_without_debt_are_forgotten_and_debts_are_not(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "_KEPT", 10)
    accounts = Clients(RULES)
    with accounts.admit("debtor") as place:
        place.client.charge(1000)
    for number in range(100):
        accounts.admit(f"passer-by {number}").leave()
    assert len(accounts._clients) <= 11
    with pytest.raises(ShareUsedUp):
        accounts.admit("debtor")
