"""Cages: worker processes without network, with limited memory, killed at the deadline."""
