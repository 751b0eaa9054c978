"""The drawing edge: view state in, pixels out."""
