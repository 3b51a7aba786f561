"""Pictures as SVG made by the server: what they show stands in a table beside them too."""
