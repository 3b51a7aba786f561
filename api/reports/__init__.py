"""Reports written for people and programs: text, Turtle, JSON, CSV, pages; rules without a result are in none."""
