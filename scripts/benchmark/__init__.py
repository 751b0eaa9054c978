"""The benchmark: what is measured, how, and what must be reached."""
