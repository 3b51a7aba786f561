"""Views: derived from the log, and made again from it at any time."""
