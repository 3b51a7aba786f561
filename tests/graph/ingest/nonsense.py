"""Workers that do not keep to the protocol, as one could that a document has taken over."""

from __future__ import annotations

from graph.cages.channel import Channel


def _tell(channel: Channel, header: dict[str, object], body: bytes = b"") -> None:
    while True:
        channel.receive()
        channel.send(header, body)


def no_event(channel: Channel) -> None:
    """Answer without saying what."""
    _tell(channel, {})


def no_statements(channel: Channel) -> None:
    """Tell statements that are none."""
    _tell(channel, {"event": "statements"}, b"1 <s> <p>\n")


def no_text(channel: Channel) -> None:
    """Tell statements that are no text."""
    _tell(channel, {"event": "statements"}, b"1 <s> <p> \xff\n")


def no_refusal(channel: Channel) -> None:
    """Refuse without a reason."""
    _tell(channel, {"event": "refused", "memory": 0, "error": None})


def no_end(channel: Channel) -> None:
    """Tell statements for ever."""
    channel.receive()
    while True:
        channel.send({"event": "statements"}, b"1 <s> <p> <o>\n" * 10_000)
