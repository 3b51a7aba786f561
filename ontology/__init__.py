"""What things mean: modules, code lists, alignments and examples, as data."""
