"""Writers over HTTP that note what was acknowledged: many at once, on one server that may be killed under them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import httpx

EX = "http://example.org/"


def described(iri: str, number: int) -> str:
    """A dataset in Turtle whose every statement carries the same number: half of one would be seen."""
    return (
        f'<{iri}> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "N {number}"@fr ;'
        f' <http://purl.org/dc/terms/description> "Texte {number}"@fr ;'
        f' <http://purl.org/dc/terms/identifier> "{number}" .'
    )


@dataclass
class Written:
    """What one writer knows: the last number that was acknowledged of each thing, those that may be there too."""

    known: dict[str, int | None] = field(default_factory=dict)
    sent: dict[str, set[int | None]] = field(default_factory=dict)
    acknowledged: int = 0
    refused: list[int] = field(default_factory=list)


class Writer(threading.Thread):
    """Writes, replaces and deletes some things of its own until it is stopped or the server is gone."""

    def __init__(self, address: str, token: str, name: str, written: Written, start: int) -> None:
        super().__init__(daemon=True)
        self._client = httpx.Client(timeout=60, trust_env=False, headers={"authorization": f"Bearer {token}"})
        self._address, self._name, self._written, self._next = address, name, written, start
        self.stop = threading.Event()

    def run(self) -> None:
        """Write one after another."""
        with self._client:
            while not self.stop.is_set():
                self._next += 1
                thing = f"{self._name}-{self._next % 17}"
                gone = self._next % 23 == 0 and self._written.known.get(thing) is not None
                if not self._write(thing, None if gone else self._next):
                    return

    def _write(self, thing: str, number: int | None) -> bool:
        path = f"{self._address}records/dataset/{thing}"
        # Until it is answered nobody knows.
        self._written.sent.setdefault(thing, set()).add(number)
        try:
            if number is None:
                answer = self._client.delete(path, headers={"prefer": "return=minimal"})
            else:
                answer = self._client.put(
                    path,
                    content=described(EX + thing, number),
                    headers={"content-type": "text/turtle", "prefer": "return=minimal"},
                )
        except httpx.HTTPError:
            return False
        if answer.status_code not in {201, 204}:
            self._written.refused.append(answer.status_code)
            return True
        self._written.known[thing] = number
        self._written.sent[thing] = {number}
        self._written.acknowledged += 1
        return True
