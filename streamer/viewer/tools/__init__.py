"""What the hand does: tools as pure functions over the viewer's values."""
