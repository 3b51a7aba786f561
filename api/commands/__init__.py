"""The commands of `civigraph`, a few to a module; each loads only what it needs, so that `--help` is quick."""
