"""Ingest: from files to records, in caged workers, with a line for whatever was lost."""
