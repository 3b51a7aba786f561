"""Documents checked, rules and findings told, what-if and legal routes as data."""
