"""The aiohttp application: HTTP and WebSocket handlers."""
