"""The signaling server of Farview, and the farview command."""
