"""The command on a machine that can take the network from nobody, or by its second means only.

`python -m tests.faults.uncaged both|filter ARGUMENT...`: the kernel refuses system call filters, and with `both` new
namespaces too, to this process and all that it starts.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

from graph.cages import seccomp
from graph.cages.kernel import prctl

# prctl, seccomp, unshare (asm/unistd_64.h, asm-generic/unistd.h).
CALLS = {"x86_64": (157, 317, 272), "aarch64": (167, 277, 97)}


def refuse(what: str) -> None:
    """Have the kernel refuse what cages are made of."""
    setting, filtering, namespaces = CALLS[platform.machine()]
    steps = [
        seccomp._step(seccomp.LOAD, seccomp.NUMBER),
        seccomp._step(seccomp.EQUAL, filtering, 0, 1),
        seccomp._refuse(errno.EPERM),
    ]
    if what == "both":
        steps += [seccomp._step(seccomp.EQUAL, namespaces, 0, 1), seccomp._refuse(errno.EPERM)]
    steps += [
        seccomp._step(seccomp.EQUAL, setting, 0, 3),
        seccomp._step(seccomp.LOAD, seccomp.FIRST_ARGUMENT),
        seccomp._step(seccomp.EQUAL, seccomp.PR_SET_SECCOMP, 0, 1),
        seccomp._refuse(errno.EPERM),
        seccomp._step(seccomp.RETURN, seccomp.ALLOW),
    ]
    program = b"".join(steps)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer)))
    prctl(seccomp.PR_SET_NO_NEW_PRIVS, 1)
    prctl(seccomp.PR_SET_SECCOMP, seccomp.SECCOMP_MODE_FILTER, ctypes.addressof(header))


if __name__ == "__main__":
    refuse(sys.argv.pop(1))
    import civigraph

    civigraph.main()
