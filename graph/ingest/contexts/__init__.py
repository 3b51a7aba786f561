"""JSON-LD contexts that are bundled, because none is ever fetched; each is written here from the vocabulary's facts."""
