"""What portals make of a description before they are given it: by each portal's own reading rules, a file a portal."""
