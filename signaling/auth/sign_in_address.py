"""The address that signs in: a file in the state directory, of which Farview reads the token anew whenever somebody shows one.

So `farview url --new` ends a token by writing the file, and nothing need be told to the server that runs. The token stands in
the address's fragment, which a browser keeps to itself: no server, proxy or log is told of it (RFC 9110, 4.2.5).
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from signaling.auth.private_file import write_private
from signaling.auth.secret_key import new_secret
from signaling.errors import CannotStart, StoreFailed

ADDRESS_FILE = "address.json"


class SignInAddress:
    """The address of the Farview that runs on a state directory; there is none while it starts and once it has ended."""

    def __init__(self, state: Path) -> None:
        self._path = state / ADDRESS_FILE

    def publish(self, page: str) -> str:
        """The whole address, with a new token; `page` is it without, a URL that ends in a slash."""
        token = new_secret()
        write_private(self._path, json.dumps({"page": page, "token": token}).encode())
        return _whole(page, token)

    def renew(self) -> str:
        """The whole address with another token; the one before signs nobody in any more.

        Raises:
            CannotStart: there is none, or its file is another user's.
        """
        page, _ = self._kept()
        if self._path.stat().st_uid != os.geteuid():
            raise CannotStart(
                f"{self._path} is another user's. Run this as the user that runs Farview, or it could not read its token."
            )
        return self.publish(page)

    def whole(self) -> str:
        """The address with its token.

        Raises:
            CannotStart: there is none.
        """
        return _whole(*self._kept())

    def token(self) -> str:
        """The token that signs in now; empty where there is none.

        Raises:
            StoreFailed: it can't be read.
        """
        try:
            return self._read()[1]
        except FileNotFoundError:
            return ""
        except (OSError, ValueError, KeyError, TypeError):
            raise StoreFailed(
                f"{ADDRESS_FILE} in Farview's state directory can't be read, and nobody can sign in. "
                "Print a new address: farview url --new"
            ) from None

    def remove(self) -> None:
        """There is none any more."""
        self._path.unlink(missing_ok=True)

    def _kept(self) -> tuple[str, str]:
        try:
            return self._read()
        except (OSError, ValueError, KeyError, TypeError):
            raise CannotStart("Farview is just starting. Try again in a moment.") from None

    def _read(self) -> tuple[str, str]:
        said = json.loads(self._path.read_text())
        return str(said["page"]), str(said["token"])


def _whole(page: str, token: str) -> str:
    return f"{page}#token={token}"
