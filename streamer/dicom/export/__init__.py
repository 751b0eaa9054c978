"""What goes back to the archive: SR, PR, KO."""
