"""Signing in as the page of the printed address does: the one place that knows the form of that address and of the request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class SignInRequest:
    """A POST that signs in."""

    address: str
    headers: dict[str, str]
    body: bytes

    @property
    def of_aiohttp(self) -> dict[str, Any]:
        """Arguments of aiohttp's `post`."""
        return {"url": self.address, "headers": self.headers, "data": self.body}


def page_of(url: str) -> str:
    """The printed address without its token and its last slash."""
    return url.partition("#")[0].rstrip("/")


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def token_of(url: str) -> str:
    """The token of the printed address."""
    before, token = url.split("#token=")
    assert before.endswith("/")
    assert token
    return token


def sign_in_request(page: str, token: str, origin: str = "", **more: Any) -> SignInRequest:
    """What the page at `page`, an address without a token, sends; `origin` where a proxy stands between."""
    headers = {"Origin": origin or origin_of(page), "Content-Type": "application/json"}
    body = json.dumps({"token": token, **more}).encode()
    return SignInRequest(f"{page.rstrip('/')}/api/sign-in", headers, body)
