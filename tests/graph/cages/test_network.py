"""From inside a cage nothing is reached: a real listener on loopback is never touched."""

from __future__ import annotations

import platform
import struct

import pytest

from graph.cages import seccomp
from graph.cages.limits import Limits
from graph.errors import CageUnavailable
from tests.graph.cages.conftest import ENTRIES

WAYS_OUT = {"connect", "datagram", "C library", "unix"}


def _reached(worker, port):
    worker.send({"port": port})
    return set(worker.receive(10)[0]["open"])


def test_without_a_cage_the_canary_is_reached(zygote, canary):
    """The test of the tests: uncaged, the same worker gets out."""
    with zygote.spawn(f"{ENTRIES}:reach", allow_network=True) as worker:
        assert worker.cage == "none"
        assert _reached(worker, canary.port) >= {*WAYS_OUT, "program", "process", "signal", "memory of others"}
    every = {"stream", "datagram", "unix"}
    assert canary.wait_for(every) == every


def test_the_filter_leaves_no_way_out(zygote, canary):
    with zygote.spawn(f"{ENTRIES}:reach") as worker:
        assert worker.cage == "seccomp"
        assert _reached(worker, canary.port) == set()
    assert canary.visits == []


def test_the_namespace_leaves_no_way_out(zygote, canary):
    with zygote.spawn(f"{ENTRIES}:deny_by_namespace", allow_network=True) as worker:
        try:
            header, _ = worker.receive(10)
        except CageUnavailable as error:
            pytest.skip(f"this machine allows no user namespaces: {error}")
        assert header == {"means": "namespace"}
        assert not _reached(worker, canary.port) & {*WAYS_OUT, "connect IPv6"}
    assert canary.visits == []


def test_the_second_means_is_taken_where_the_first_fails(zygote):
    with zygote.spawn(f"{ENTRIES}:deny_second", allow_network=True) as worker:
        try:
            assert worker.receive(10)[0] == {"means": "namespace"}
        except CageUnavailable as error:
            pytest.skip(f"this machine allows no user namespaces: {error}")


@pytest.mark.parametrize("entry", ["deny_by_nothing", "deny_in_vain"])
def test_a_cage_that_does_not_hold_is_none(zygote, entry):
    with (
        zygote.spawn(f"{ENTRIES}:{entry}", allow_network=True) as worker,
        pytest.raises(CageUnavailable, match="caged"),
    ):
        worker.receive(10)


def test_the_filter_survives_in_threads_and_lets_them_start(zygote):
    """pyoxigraph starts threads after the cage is closed."""
    with zygote.spawn("tests.graph.cages.entries:threads", Limits()) as worker:
        assert worker.receive(10)[0] == {"opened": False}


@pytest.mark.parametrize("name", seccomp.MACHINES)
def test_the_filter_of_each_machine_decides_as_meant(name):
    machine = seccomp.MACHINES[name]
    program = seccomp.assemble(machine, pid=77)
    allow, kill = seccomp.ALLOW, seccomp.KILL_PROCESS

    def decide(number, argument=0, audit=machine.audit):
        return _run(program, struct.pack("=IIQQ", number, audit, 0, argument))

    refused = {number: decide(number) for number in machine.denied}
    assert refused == dict.fromkeys(machine.denied, seccomp.ERRNO | 1)
    assert decide(0) == allow
    assert decide(machine.clone, 17) == seccomp.ERRNO | 1
    assert decide(machine.clone, 0x003D0F00) == allow
    assert decide(machine.clone3) == seccomp.ERRNO | 38
    assert decide(machine.tgkill, 77) == allow
    assert decide(machine.tgkill, 78) == seccomp.ERRNO | 1
    assert decide(0, audit=0x40000003) == kill
    if machine.x32:
        assert decide(0x40000000 + 41) == kill


def test_an_unknown_processor_has_no_filter(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "pdp11")
    with pytest.raises(OSError, match="pdp11"):
        seccomp.deny_network()


def _run(program: bytes, data: bytes) -> int:
    """Run a filter as the kernel does: the five instructions that it uses."""
    steps = list(struct.iter_unpack("=HBBI", program))
    place = accumulator = 0
    while True:
        code, if_true, if_false, value = steps[place]
        if code == seccomp.RETURN:
            return value
        if code == seccomp.LOAD:
            accumulator = struct.unpack_from("=I", data, value)[0]
            place += 1
            continue
        holds = {
            seccomp.EQUAL: accumulator == value,
            seccomp.AT_LEAST: accumulator >= value,
            seccomp.ANY_BIT: bool(accumulator & value),
        }[code]
        place += 1 + (if_true if holds else if_false)
