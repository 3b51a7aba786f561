"""What is searched for, and the page and tables of what is found."""
