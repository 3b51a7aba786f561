"""JSON-LD contexts that are bundled, because none is ever fetched: each written here, naming only facts of the vocabulary."""
