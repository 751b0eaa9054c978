"""Which share of image files reaches plain exactness at 1:1, by the host's own judgement, without a browser."""
