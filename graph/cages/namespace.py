"""No network by namespace: the process moves into an empty network of its own.

The second choice, where a system call filter cannot be set: sockets can still be opened, but lead nowhere. In the new
network even loopback is down, abstract Unix sockets of the machine are not seen, and the process has rights in it only.
"""

from __future__ import annotations

from graph.cages.kernel import unshare

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000


def deny_network() -> None:
    """Move this process into an empty network; cannot be undone.

    Raises OSError where user namespaces are not allowed, as in many containers. Call it before any other thread exists.
    """
    unshare(CLONE_NEWUSER | CLONE_NEWNET)
