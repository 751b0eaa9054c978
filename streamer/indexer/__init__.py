"""The child program that reads headers into an archive's index."""
