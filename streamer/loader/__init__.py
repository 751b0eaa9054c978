"""The child program that decodes one series into its cache file."""
