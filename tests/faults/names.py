"""In a network of its own: a name server that notes every question, and the server and an import that must ask none.

Started by `tests.faults.test_ssrf` as `unshare -rmn python -m tests.faults.names`; prints who asked for a name.
"""

from __future__ import annotations

import contextlib
import fcntl
import socket
import struct
import subprocess
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.reaching import documents, queries
from tests.processes import civigraph, served

NAME = "canary.example"
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1


def raise_loopback() -> None:
    """Bring the loopback interface up, which a new network begins without."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))


def use_own_name_server(folder: Path) -> None:
    """Have every process here ask the name server on loopback."""
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    (folder / "nsswitch.conf").write_text("hosts: files dns\n")
    for name in ("resolv.conf", "nsswitch.conf"):
        with contextlib.suppress(FileNotFoundError):
            subprocess.run(["mount", "--bind", folder / name, Path("/etc", name).resolve(strict=True)], check=True)


class NameServer:
    """Hears questions and answers none."""

    def __init__(self) -> None:
        self.questions: list[bytes] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            question, asker = self._socket.recvfrom(4096)
            self.questions.append(question)
            # "No such name", so that nobody waits.
            self._socket.sendto(question[:2] + b"\x81\x83" + question[4:12] + question[12:], asker)

    def asked(self) -> int:
        """Say whether the canary's name was asked for since the last time, as 0 or 1."""
        found = any(b"\x06canary\x07example" in question for question in self.questions)
        self.questions.clear()
        return int(found)


def main() -> None:
    """Look names up by hand, then let the server and the import see all that reaches out."""
    raise_loopback()
    with TemporaryDirectory() as made:
        folder = Path(made)
        use_own_name_server(folder)
        names = NameServer()
        with contextlib.suppress(OSError):
            socket.getaddrinfo(NAME, 80)
        print("control", names.asked())
        address = f"http://{NAME}/"
        assert civigraph(folder / "data", "init").returncode == 0
        with served(folder / "data") as server:
            for query in queries(address).values():
                server.client.post("/sparql", data={"query": query})
                server.client.post("/sparql", data={"query": "ASK {}", "default-graph-uri": address})
            for media_type, text in documents(address, address).values():
                server.client.post("/validate", content=text, headers={"Content-Type": media_type})
        print("server", names.asked())
        (folder / "in").mkdir()
        for name, (_, text) in documents(address, address).items():
            (folder / "in" / name).write_text(text)
        civigraph(folder / "data", "import", folder / "in")
        print("import", names.asked())


if __name__ == "__main__":
    main()
