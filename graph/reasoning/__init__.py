"""What follows for people from the records taken together: legal routes to data, and licences along derivations."""
