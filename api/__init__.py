"""How it is asked: HTTP and the command line, both thin over `graph`."""
