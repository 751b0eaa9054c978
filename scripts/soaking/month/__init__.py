"""`scripts/soak month`: what an administrator's month does to a render host, in an hour or two and without a browser."""
