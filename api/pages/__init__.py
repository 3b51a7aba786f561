"""What pages show: names, signs, values, sections, and what things say in plain words."""
