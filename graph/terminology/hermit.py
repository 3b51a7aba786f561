"""HermiT, asked by owlready2: run as a process of its own, `python -m graph.terminology.hermit MEGABYTES`.

owlready2 keeps global state and starts Java, so it is never imported elsewhere. Standard input is N-Triples; standard
output is one JSON object: whether the ontology is consistent, and if so every class that can have no instance and the
named ancestors of every class.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from io import BytesIO
from typing import Any

BASE = "https://w3id.org/civigraph/reasoner#"
THING = "http://www.w3.org/2002/07/owl#Thing"


def main() -> None:
    """Reason over standard input."""
    owlready: Any = import_module("owlready2")
    reasoning: Any = import_module("owlready2.reasoning")
    reasoning.JAVA_MEMORY = int(sys.argv[1])
    world = owlready.World()
    owlready.onto_path.clear()
    world.get_ontology(BASE).load(fileobj=BytesIO(sys.stdin.buffer.read()), only_local=True)
    json.dump(_reason(owlready, world), sys.stdout)


def _reason(owlready: Any, world: Any) -> dict[str, Any]:  # noqa: ANN401 (owlready2 has no types)
    """Classify, and tell what came of it."""
    try:
        owlready.sync_reasoner_hermit(world, infer_property_values=False, debug=0, ignore_unsupported_datatypes=True)
    except owlready.OwlReadyInconsistentOntologyError:
        return {"consistent": False, "unsatisfiable": [], "ancestors": {}}
    nothing = {cls.iri for cls in world.inconsistent_classes()} - {owlready.Nothing.iri}
    ancestors = {
        cls.iri: sorted({each.iri for each in cls.ancestors() if hasattr(each, "iri")} - {cls.iri, THING})
        for cls in world.classes()
    }
    return {"consistent": True, "unsatisfiable": sorted(nothing), "ancestors": ancestors}


if __name__ == "__main__":
    main()
