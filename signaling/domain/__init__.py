"""Tenants and roles, sign-ins, hosts and their placement, seats, worklists, checkpoints, proof keys, audit: pure rules."""
