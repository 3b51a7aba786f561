"""The governance rules at work: shapes read, compiled to SPARQL, and run in a store."""
