"""The rules as people read them, and the sets of shapes that a graph can be checked by."""
