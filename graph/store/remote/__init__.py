"""The triples in a SPARQL 1.1 engine that the operator names, and outside queries answered from there."""
