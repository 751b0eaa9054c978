"""What a child program gives up of its starter's rights, before it reads anything that comes from elsewhere."""
