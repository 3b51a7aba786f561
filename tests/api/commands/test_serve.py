"""What `serve` sets before the application sees a connection."""

from __future__ import annotations

import socket

from api.commands.serve import _listen


def test_no_packet_waits_for_an_acknowledgement() -> None:
    """Else every answer of two packets takes 40 ms more (RFC 1122 4.2.3.2 and 4.2.3.4 together)."""
    with _listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
