"""A seat's connection to its page over WebSockets, where UDP is blocked."""
