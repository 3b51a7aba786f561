"""Frames arrive as they were sent, and nothing else passes for one."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.cages.channel import MAX_HEADER, Channel
from graph.errors import DeadlineReached, WorkerDied

Ends = tuple[Channel, socket.socket]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.fixture
def ends() -> Iterator[Ends]:
    one, other = socket.socketpair()
    with one, other:
        yield Channel(one, max_body=1 << 20), other


@given(header=st.dictionaries(st.text(), json_values), body=st.binary(max_size=5000))
def test_a_frame_arrives_as_it_was_sent(header, body):
    one, other = socket.socketpair()
    with one, other:
        Channel(one).send(header, body)
        assert Channel(other).receive(1) == (header, body)


@given(st.lists(st.tuples(st.dictionaries(st.text(), json_values), st.integers(0, 200_000)), max_size=6))
def test_frames_that_come_together_are_told_apart(sent):
    one, other = socket.socketpair()
    frames = [(header, bytes([number]) * size) for number, (header, size) in enumerate(sent)]
    with one, other:
        ends = Channel(one), Channel(other)
        sender = threading.Thread(target=lambda: [ends[0].send(*frame) for frame in frames])
        sender.start()
        for frame in frames:
            assert ends[1].wait(1)
            assert ends[1].receive(10) == frame
        sender.join()
        assert not ends[1].wait(0)


def test_a_large_body_passes_while_it_is_read():
    one, other = socket.socketpair()
    body = bytes(range(256)) * (1 << 16)
    with one, other:
        sender = threading.Thread(target=Channel(one).send, args=({"n": 1}, body))
        sender.start()
        assert Channel(other).receive(10) == ({"n": 1}, body)
        sender.join()


def test_a_frame_over_the_cap_is_not_sent(ends):
    channel, _ = ends
    with pytest.raises(ValueError, match="over the cap"):
        channel.send({}, bytes((1 << 20) + 1))
    with pytest.raises(ValueError, match="over the cap"):
        channel.send({"a": "x" * MAX_HEADER})


@pytest.mark.parametrize(
    "frame",
    [
        struct.pack("!IQ", MAX_HEADER + 1, 0),
        struct.pack("!IQ", 2, (1 << 20) + 1) + b"{}",
        struct.pack("!IQ", 2, 1 << 63) + b"{}",
        struct.pack("!IQ", 2, 0) + b"[]",
        struct.pack("!IQ", 2, 0) + b"{!",
        struct.pack("!IQ", 2, 0) + b"\xff\xff",
        struct.pack("!IQ", 100_000, 0) + b"[" * 100_000,
    ],
    ids=["long header", "long body", "endless body", "list", "no JSON", "no UTF-8", "deep"],
)
def test_what_is_no_frame_is_refused(ends, frame):
    channel, other = ends
    other.sendall(frame)
    with pytest.raises(WorkerDied):
        channel.receive(1)


def test_a_closed_end_is_told(ends):
    channel, other = ends
    other.sendall(struct.pack("!IQ", 2, 10) + b"{}half")
    other.close()
    with pytest.raises(WorkerDied, match="closed"):
        channel.receive(1)


def test_the_deadline_holds_for_the_whole_frame(ends):
    channel, other = ends
    head = json.dumps({}).encode()
    stop = threading.Event()

    def drip() -> None:
        for byte in struct.pack("!IQ", len(head), 1000) + head + bytes(1000):
            if stop.wait(0.05):
                return
            other.send(bytes([byte]))

    thread = threading.Thread(target=drip)
    thread.start()
    start = monotonic()
    with pytest.raises(DeadlineReached):
        channel.receive(0.4)
    assert monotonic() - start < 2
    stop.set()
    thread.join()


def test_sending_to_who_does_not_read_ends_at_the_deadline(ends):
    channel, _ = ends
    with pytest.raises(DeadlineReached):
        channel.send({}, bytes(1 << 20), timeout=0.2)


def test_waiting_tells_whether_there_is_something(ends):
    channel, other = ends
    assert channel.wait(0.01) is False
    other.sendall(b"x")
    assert channel.wait(1) is True
