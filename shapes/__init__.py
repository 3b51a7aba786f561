"""What must hold: SHACL shapes, as data."""
