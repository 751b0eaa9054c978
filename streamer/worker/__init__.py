"""The child program that draws and encodes one session."""
