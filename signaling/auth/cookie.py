"""The cookie of a sign-in.

HttpOnly and SameSite=Strict (RFC 6265bis), so that no other site acts by it. Beside it goes a second one, SameSite=Lax, that
a link from another site carries: it lets a page be opened, whose own requests then carry the first one, and nothing else.
The names hold the port, because browsers share cookies between the ports of
one host and two Farviews on a machine must not sign each other out. Its value is a random secret of which the store
keeps the hash, so that a sign-in outlives a restart and a copy of the database signs nobody in.

A third one stays when the first is gone: the hash of the token by which this browser was signed in. By the same token it is not
signed in again, so that whoever finds the address in a browser's history after its reader has signed out finds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from signaling.auth.secret_key import new_secret
from signaling.domain.sign_ins import LIFE_SECONDS

_REMEMBERED_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie (RFC 6265bis)."""


@dataclass(frozen=True, slots=True)
class SignInCookie:
    """How the cookie is set and named on one server; `path` is the part of the host's addresses that is Farview's.

    A browser keeps it for `seconds`, the longest that a sign-in lasts. When it lapses for want of use the server judges, which
    knows of each use; a browser counts from when the cookie was set.
    """

    port: int
    path: str = "/"
    seconds: float = LIFE_SECONDS

    @property
    def name(self) -> str:
        """Its name."""
        return f"farview-{self.port}"

    def attributes(self, *, secure: bool) -> dict[str, str | int | bool]:
        """Arguments of aiohttp's set_cookie beside name and value; `secure` where the reader's side is HTTPS."""
        return {
            "httponly": True,
            "samesite": "Strict",
            "secure": secure,
            "path": self.path,
            "max_age": int(self.seconds),
        }

    @property
    def page_name(self) -> str:
        """The name of the second one."""
        return f"{self.name}-page"

    def page_attributes(self, *, secure: bool) -> dict[str, str | int | bool]:
        """Arguments of aiohttp's set_cookie for the second one, whose value is the hash of the first one's."""
        return {**self.attributes(secure=secure), "samesite": "Lax"}

    @property
    def token_name(self) -> str:
        """The name of the third one."""
        return f"{self.name}-token"

    def token_attributes(self, *, secure: bool) -> dict[str, str | int | bool]:
        """Arguments of aiohttp's set_cookie for the third one."""
        return {**self.attributes(secure=secure), "max_age": _REMEMBERED_SECONDS}

    @staticmethod
    def new_value() -> str:
        """A new value."""
        return new_secret()
