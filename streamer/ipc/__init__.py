"""The contract between the render host and its child programs."""
