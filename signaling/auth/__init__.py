"""Passwords, cookies, host keys, session tickets, OIDC."""
