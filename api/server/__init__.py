"""Every request, whatever its route: connections, limits, headers, bodies in and out, the access log."""
