"""The places of the site, one module a place."""
