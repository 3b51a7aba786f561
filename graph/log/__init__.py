"""The log: the only truth, appended, chained, never rewritten."""
