"""What portals and followers of changes are given: DCAT pages, activities, harvesting protocols, dumps."""
