"""Records written over HTTP: on which conditions, with which answer, and what they were before."""
