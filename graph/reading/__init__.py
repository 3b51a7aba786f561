"""The public graph read for people: agreements from their rules, the ontology and its use, walks along properties."""
