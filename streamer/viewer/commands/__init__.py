"""Discrete commands: grouped by what they change, found by name in `table`."""
