"""Statements written as RDF documents: the same statements give the same bytes."""
