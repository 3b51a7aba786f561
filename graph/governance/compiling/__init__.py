"""Shapes read and compiled to SPARQL, and run in a store."""
