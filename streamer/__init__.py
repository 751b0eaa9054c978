"""The render host of Farview and its child programs."""
