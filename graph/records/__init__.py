"""Records: who owns which node, in which canonical order, under which names."""
