"""Findings that live: what the rules find in each world, kept up with every change, with its history."""
