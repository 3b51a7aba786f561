"""Stores of triples: the embedded one, its snapshots, and the workers that answer outside queries."""
