"""A file a portal: a reader that does to a description what the portal does; beside it, its rules in words."""
