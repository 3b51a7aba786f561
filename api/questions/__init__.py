"""The competency questions as pages: their values, their answers as a sentence and as a table."""
