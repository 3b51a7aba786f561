"""Code tables: what sources write where an IRI is expected, and the IRI that is meant; one table a scheme."""
