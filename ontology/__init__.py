"""What things mean: modules, code lists, alignments, plain words for terms of others, and examples, as data."""
