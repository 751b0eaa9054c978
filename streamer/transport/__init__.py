"""Bytes to the browser and back."""
