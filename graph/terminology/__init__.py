"""The ontology looked at as a whole: what follows from it, whether it is well made, what a term of it means."""
