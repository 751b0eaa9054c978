"""Accounts, tenants, hosts, placement, sessions, audit: pure rules."""
