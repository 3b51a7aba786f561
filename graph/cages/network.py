"""Takes the network away from a worker and then tries to reach it: a cage that was not tried is none."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

from graph.cages import namespace, seccomp
from graph.errors import CageUnavailable

Means = tuple[str, Callable[[], None]]

MEANS: tuple[Means, ...] = (("seccomp", seccomp.deny_network), ("namespace", namespace.deny_network))

# A datagram socket that is "connected" sends nothing: it asks the kernel for a route.
_TRIALS = (
    ("IPv4", socket.AF_INET, ("127.0.0.1", 9)),
    ("IPv6", socket.AF_INET6, ("::1", 9)),
)


def deny_network(means: Sequence[Means] = MEANS) -> str:
    """Take the network away by the first means that works here, and say which.

    Raises CageUnavailable where none works or where the network is still reached.
    """
    reasons = []
    for name, deny in means:
        try:
            deny()
        except OSError as error:
            reasons.append(f"{name}: {error.strerror or error}")
            continue
        verify(name)
        return name
    raise CageUnavailable(
        "the network cannot be taken away from a worker process",
        where="; ".join(reasons),
        remedy="allow the system call filter (seccomp) or user namespaces to this process",
    )


def verify(means: str) -> None:
    """Raise CageUnavailable if this process can still reach a network."""
    reached = [name for name, family, address in _TRIALS if _reaches(family, address)]
    # A namespace shows its own, empty network by netlink; the filter leaves no socket at all.
    if means != "namespace" and _opens(socket.AF_NETLINK, socket.SOCK_RAW):
        reached.append("netlink")
    if reached:
        raise CageUnavailable(
            f"the network is still reached by {', '.join(reached)}",
            where=means,
            remedy="report this with the kernel's version",
        )


def _reaches(family: int, address: tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as trial:
            trial.connect(address)
    except OSError:
        return False
    return True


def _opens(family: int, kind: int) -> bool:
    try:
        socket.socket(family, kind).close()
    except OSError:
        return False
    return True
