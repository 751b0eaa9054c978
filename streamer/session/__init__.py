"""One reader and one opened study."""
