"""What the tests have workers do: each function is the entry of a worker and tells over its channel what it found."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable

from graph.cages.channel import Channel

_libc = ctypes.CDLL(None, use_errno=True)


def echo(channel: Channel) -> None:
    """Send back what comes."""
    while True:
        channel.send(*channel.receive())


def reach(channel: Channel) -> None:
    """Try to reach the port that the first frame names, in every way a process has; tell which ways opened."""
    header, _ = channel.receive()
    port = header["port"]
    trials: dict[str, Callable[[], object]] = {
        "connect": lambda: socket.create_connection(("127.0.0.1", port), 1),
        "connect IPv6": lambda: socket.create_connection(("::1", port), 1),
        "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port)),
        "C library": lambda: _connect_by_c(port),
        "unix": lambda: socket.socket(socket.AF_UNIX).connect("\0civigraph-canary"),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "io_uring": lambda: _system_call(425, 1, ctypes.create_string_buffer(256)),
        "program": _execute,
        "process": _fork,
        "signal": lambda: os.kill(os.getppid(), 0),
        "memory of others": _read_memory,
    }
    channel.send({"open": [name for name, trial in trials.items() if _opens(trial)]})


def state(channel: Channel) -> None:
    """Tell what the process has been given."""
    channel.send(
        {
            "environment": dict(os.environ),
            "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd")),
            "status": _status(),
            "limits": _limits(),
        }
    )
    channel.receive()


def sleep(channel: Channel) -> None:
    """Never answer."""
    channel.receive()
    time.sleep(3600)


def deaf(channel: Channel) -> None:
    """Never read."""
    time.sleep(3600)


def spin(channel: Channel) -> None:
    """Use the processor until stopped."""
    while True:
        pass


def eat(channel: Channel) -> None:
    """Take memory until there is none."""
    kept = []
    while True:
        kept.append(bytes(32 << 20))


def abort_for_memory(channel: Channel) -> None:
    """End as the Rust allocator does."""
    sys.stderr.write("memory allocation of 68719476736 bytes failed\n")
    sys.stderr.flush()
    os.abort()


def dying_of_memory(channel: Channel) -> None:
    """Say so and take long to end, as a worker with much memory and low priority does."""
    sys.stderr.write("memory allocation of 68719476736 bytes failed\n")
    sys.stderr.flush()
    time.sleep(3600)


def threaded(channel: Channel) -> None:
    """Tell that there are three threads, one of which uses the processor, and hold 64 MiB."""
    import threading

    held = bytearray(b"x" * (64 << 20))
    for entry in (deaf, spin):
        threading.Thread(target=entry, args=(channel,), daemon=True).start()
    channel.send({"held": len(held)})
    channel.receive()


def abort(channel: Channel) -> None:
    """End by SIGABRT for no reason that is told."""
    os.abort()


def overflow(channel: Channel) -> None:
    """End by SIGSEGV."""
    ctypes.string_at(1)


def raise_error(channel: Channel) -> None:
    """End by an error."""
    raise KeyError("a bug of ours")


def garble(channel: Channel) -> None:
    """Send what is no frame: a header of four gigabytes."""
    stream = socket.socket(fileno=3)
    stream.sendall(struct.pack("!IQ", 0xFFFFFFFF, 0))
    time.sleep(3600)


def flood(channel: Channel) -> None:
    """Write far more to standard error than the pipe holds, then answer."""
    for _ in range(64):
        try:
            os.write(2, b"x" * (1 << 16))
        except BlockingIOError:
            continue
    channel.send({"done": True})


def write_file(channel: Channel) -> None:
    """Write more to a file than the limit allows."""
    header, _ = channel.receive()
    try:
        with open(header["path"], "wb") as file:
            file.write(bytes(2 << 20))
    except OSError as error:
        channel.send({"errno": error.errno})


def deny_by_namespace(channel: Channel) -> None:
    """Take the network away by a namespace alone and try it; only for a worker that was not caged before."""
    from graph.cages import namespace, network

    channel.send({"means": network.deny_network((("namespace", namespace.deny_network),))})
    reach(channel)


def deny_second(channel: Channel) -> None:
    """Let the first means fail: the second is taken."""
    from graph.cages import namespace, network

    means = (("seccomp", _refuse), ("namespace", namespace.deny_network))
    channel.send({"means": network.deny_network(means)})


def deny_by_nothing(channel: Channel) -> None:
    """Let every means fail."""
    from graph.cages import network

    network.deny_network((("seccomp", _refuse), ("namespace", _refuse)))


def deny_in_vain(channel: Channel) -> None:
    """Take a means that says it worked and did not."""
    from graph.cages import network

    network.deny_network((("seccomp", lambda: None),))


def _refuse() -> None:
    raise OSError(1, "Operation not permitted")


def _opens(trial: Callable[[], object]) -> bool:
    try:
        trial()
    except OSError:
        return False
    return True


def _connect_by_c(port: int) -> None:
    descriptor = _libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "socket")
    address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(port), socket.inet_aton("127.0.0.1"))
    if _libc.connect(descriptor, address, len(address)) != 0:
        raise OSError(ctypes.get_errno(), "connect")


def _system_call(number: int, *arguments: object) -> None:
    if _libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), f"system call {number}")


def _execute() -> None:
    try:
        os.execv("/no/such/program", ["program"])
    except FileNotFoundError:
        return


def _read_memory() -> None:
    if _libc.process_vm_readv(os.getpid(), None, 0, None, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "process_vm_readv")


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _status() -> dict[str, str]:
    with open("/proc/self/status", encoding="ascii") as file:
        return {name: value.strip() for name, _, value in (line.partition(":") for line in file)}


def _limits() -> dict[str, list[int]]:
    import resource

    names = ("RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE")
    return {name: list(resource.getrlimit(getattr(resource, name))) for name in names} | {
        "nice": [os.nice(0), signal.SIGKILL]
    }


def threads(channel: Channel) -> None:
    """Open a socket in a thread that was started inside the cage."""
    import threading

    opened: list[bool] = []
    thread = threading.Thread(target=lambda: opened.append(_opens(lambda: socket.socket(socket.AF_INET).close())))
    thread.start()
    thread.join()
    channel.send({"opened": opened[0]})
