"""The encoding edge: pixels in, access units and stills out."""
