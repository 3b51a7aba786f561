"""Who is judged again after a change, and how."""
