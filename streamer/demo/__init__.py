"""The child program that makes the demonstration studies."""
