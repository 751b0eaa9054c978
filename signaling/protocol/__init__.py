"""The wire contract between page, signaling server and render host: the only part of `signaling` that `streamer` may import."""
