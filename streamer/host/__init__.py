"""The render host: seats, sessions, registration, load."""
