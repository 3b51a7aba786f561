"""The name Civigraph starts by: sees that its four packages are its own, then hands over to the command line.

`api`, `graph`, `ontology` and `shapes` are everyday names. Another distribution that provides one of them overwrites or
hides ours, and what is wrong then shows far from its cause. This module alone has a name of its own, so it can look
first: it imports nothing of the project before it has.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Mapping
from importlib.metadata import Distribution, distributions
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("api", "graph", "ontology", "shapes")
_MODULE = re.compile(rf'^"?({"|".join(PACKAGES)})(?:/[^,\n]+)?\.py[",]', re.MULTILINE)


def providers() -> dict[str, list[str]]:
    """Give the names of the distributions that provide each of our packages.

    As `importlib.metadata.packages_distributions` would tell, which reads every line of what is installed: that takes
    longer than most commands do.
    """
    found = defaultdict(list)
    for each in distributions():
        for package in _provided(each):
            found[package].append(each.metadata["Name"])
    return dict(found)


def _provided(distribution: Distribution) -> set[str]:
    declared = (distribution.read_text("top_level.txt") or "").split()
    return {*PACKAGES}.intersection(declared or _MODULE.findall(distribution.read_text("RECORD") or ""))


def clashes(known: Mapping[str, list[str]] | None = None) -> list[str]:
    """Tell each way in which another distribution stands in the place of our packages, in words; [] when there is none.

    `known` says which distributions provide a top-level name (default: those installed).
    """
    known = providers() if known is None else known
    home = Path(__file__).resolve().parent
    found = []
    for package in PACKAGES:
        others = sorted(set(known.get(package, ())) - {"civigraph"})
        if others:
            found.append(f"{' and '.join(others)} also provides the package '{package}'")
            continue
        spec = find_spec(package)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin != home / package / "__init__.py":
            found.append(f"'{package}' would be imported from {origin or 'nowhere'} instead of {home / package}")
    return found


REMEDY = "uninstall the other distribution, or install civigraph in a virtual environment of its own"


def main() -> None:
    """Run the command line, unless a package is not ours."""
    found = clashes()
    if found:
        sys.exit(f"civigraph cannot start: {'; '.join(found)} ({REMEDY})")
    from api.cli import main as run  # noqa: PLC0415 (not before the look above)

    run()


if __name__ == "__main__":
    main()
