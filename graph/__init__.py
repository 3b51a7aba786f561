"""What is known: records, the log that keeps them, and the views made from it."""
