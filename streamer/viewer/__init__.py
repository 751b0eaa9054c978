"""The core: what the reader sees, as values and pure functions."""
