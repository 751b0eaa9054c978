"""Screenshots of every view, to be looked at, and those that the README shows."""
