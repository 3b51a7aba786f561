"""The SPARQL endpoint: what the protocol asks for, how it is answered, and how it describes itself."""
