"""What follows from the ontology and the data: read from `ontology/derivations`, kept up change by change."""
