"""The wire contract between browser, signaling server and render host."""
