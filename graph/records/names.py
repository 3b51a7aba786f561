"""The IRIs of nodes that their source left blank.

A node with an owner is `{owner}#{property}-{n}`, n from 1 among the owner's nodes of one local name; an owner that has
a fragment already is continued with a dot. A node without owner is `{base}.well-known/genid/{digest}` (RDF 1.1, section
3.5), where only its content can name it. All IRIs here are N-Triples texts, with their angle brackets.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256

from graph.terms import local_name

_OUTSIDE = re.compile(r"[^A-Za-z0-9_-]+")


@lru_cache(maxsize=4096)
def local_of(predicate: str) -> str:
    """Reduce the local name of a property to `[A-Za-z0-9_-]`; `node` where nothing is left."""
    return _OUTSIDE.sub("", local_name(predicate[1:-1])) or "node"


def node_name(owner: str, local: str, number: int) -> str:
    """Name the number-th node that an owner has under a local name."""
    return f"{owner[:-1]}{'.' if '#' in owner else '#'}{local}-{number}>"


def is_node_name(owner: str, predicate: str, name: str) -> bool:
    """Say whether `node_name` could have given this name to what the owner refers to by the property."""
    if not name.startswith(owner[:-1]):
        return False
    head = f"{'.' if '#' in owner else '#'}{local_of(predicate)}-"
    tail = name[len(owner) - 1 : -1]
    number = tail[len(head) :]
    return tail.startswith(head) and number.isascii() and number.isdigit() and number[0] != "0"


def genid_prefix(base: str) -> str:
    """Give what the names of all nodes without owner begin with."""
    return f"<{base}.well-known/genid/"


def genid_digest(source: str, colour: str) -> str:
    """Digest what tells a node without owner from others, as one source tells it."""
    return sha256(f"{source}\n{colour}".encode()).hexdigest()[:20]


def genid(base: str, digest: str, number: int) -> str:
    """Name the number-th node without owner that has this digest."""
    return f"{genid_prefix(base)}{digest}{f'-{number}' if number > 1 else ''}>"
