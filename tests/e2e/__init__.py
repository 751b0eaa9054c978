"""The whole of Farview in a real browser: what a reader sees and does."""
