"""No network by a system call filter: the kernel refuses to open a socket, for good.

The filter is a small BPF program, written here by hand, so that no library is needed (seccomp(2), linux/seccomp.h).
A worker gets its one channel as an inherited descriptor and never opens a socket of any family. With the network go the
ways around the filter (io_uring, other system call tables) and what a worker never does: start programs or processes,
look into other processes, signal them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass

from graph.cages.kernel import prctl

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
ERRNO = 0x00050000

# Offsets in `struct seccomp_data`; arguments are read by their lower half, first in memory on both machines.
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

X32_BIT = 0x40000000
CLONE_THREAD = 0x00010000


@dataclass(frozen=True)
class Machine:
    """The system call numbers of one processor family (asm/unistd_64.h, asm-generic/unistd.h)."""

    audit: int
    denied: tuple[int, ...]
    clone: int
    clone3: int
    tgkill: int
    x32: bool


# io_uring_setup, pidfd_send_signal and pidfd_getfd have the same numbers everywhere.
_COMMON = (425, 424, 438)

MACHINES = {
    "x86_64": Machine(
        audit=0xC000003E,
        # socket, fork, vfork, execve, execveat, ptrace, process_vm_readv/writev, kill, tkill, rt_(tg)sigqueueinfo, bpf
        denied=(41, 57, 58, 59, 322, 101, 310, 311, 62, 200, 129, 297, 321, *_COMMON),
        clone=56,
        clone3=435,
        tgkill=234,
        x32=True,
    ),
    "aarch64": Machine(
        audit=0xC00000B7,
        # socket, execve, execveat, ptrace, process_vm_readv/writev, kill, tkill, rt_(tg)sigqueueinfo, bpf
        denied=(198, 221, 281, 117, 270, 271, 129, 130, 138, 240, 280, *_COMMON),
        clone=220,
        clone3=435,
        tgkill=131,
        x32=False,
    ),
}


def deny_network() -> None:
    """Take the network away from this thread and all that it starts; cannot be undone.

    Raises OSError where the kernel or the machine has no such filter. Call it before any other thread exists.
    """
    machine = MACHINES.get(platform.machine())
    if machine is None:
        raise OSError(errno.ENOSYS, f"no system call filter for the processor {platform.machine()}")
    program = assemble(machine, os.getpid())
    buffer = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: unsigned short, padding, pointer.
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer)))
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(header))


def assemble(machine: Machine, pid: int) -> bytes:
    """Write the filter for a machine and the process that will carry it."""
    steps = [
        _step(LOAD, ARCHITECTURE),
        # A call by another table (32-bit on x86-64) has other numbers: nothing below would hold.
        _step(EQUAL, machine.audit, 1, 0),
        _step(RETURN, KILL_PROCESS),
        _step(LOAD, NUMBER),
    ]
    if machine.x32:
        steps += [_step(AT_LEAST, X32_BIT, 0, 1), _step(RETURN, KILL_PROCESS)]
    for number in machine.denied:
        steps += [_step(EQUAL, number, 0, 1), _refuse(errno.EPERM)]
    # The flags of clone3 are behind a pointer that a filter cannot follow; with ENOSYS the C library takes clone.
    steps += [_step(EQUAL, machine.clone3, 0, 1), _refuse(errno.ENOSYS)]
    # Threads yes, processes no.
    steps += [_step(EQUAL, machine.clone, 0, 4), _step(LOAD, FIRST_ARGUMENT), _step(ANY_BIT, CLONE_THREAD, 1, 0)]
    steps += [_refuse(errno.EPERM), _step(RETURN, ALLOW)]
    # abort() signals its own process.
    steps += [_step(EQUAL, machine.tgkill, 0, 3), _step(LOAD, FIRST_ARGUMENT), _step(EQUAL, pid, 1, 0)]
    steps += [_refuse(errno.EPERM), _step(RETURN, ALLOW)]
    return b"".join(steps)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _refuse(number: int) -> bytes:
    return _step(RETURN, ERRNO | number)
