"""The render host of Farview and its child programs."""

__version__ = "0.1.0"
