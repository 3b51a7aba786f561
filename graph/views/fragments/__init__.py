"""What feeds say about datasets, made when these change: fragments, the parts they name, each one's latest activity."""
