"""A server that is not reached is named in words, and dialled more slowly where a person must act first."""

from __future__ import annotations

import errno
import os
import re
import ssl
from unittest.mock import Mock

import aiohttp
import pytest
from yarl import URL

from streamer.host.unreachable import (
    PERSON_RETRY_SECONDS,
    RETRY_SECONDS,
    retry_seconds,
    unreachable_words,
)

KEY = Mock(host="server.example", port=443, ssl=True)


def untrusted(code: int) -> aiohttp.ClientConnectorCertificateError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return aiohttp.ClientConnectorCertificateError(KEY, error)


def answered(status: int) -> aiohttp.WSServerHandshakeError:
    request = aiohttp.RequestInfo(URL("https://server.example"), "GET", Mock())
    return aiohttp.WSServerHandshakeError(request, (), status=status, message="Invalid response status")


def not_connected(number: int) -> aiohttp.ClientConnectorError:
    return aiohttp.ClientConnectorError(KEY, OSError(number, os.strerror(number)))


TROUBLES = [
    (untrusted(18), "--certificate FILE", PERSON_RETRY_SECONDS),
    (untrusted(19), "not trusted", PERSON_RETRY_SECONDS),
    (untrusted(10), "expired", PERSON_RETRY_SECONDS),
    (untrusted(62), "another name", PERSON_RETRY_SECONDS),
    (
        aiohttp.ClientConnectorSSLError(KEY, OSError(1, "wrong version number")),
        "no TLS",
        PERSON_RETRY_SECONDS,
    ),
    (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known")), "name", RETRY_SECONDS),
    (not_connected(errno.ECONNREFUSED), "refused", RETRY_SECONDS),
    (not_connected(errno.EHOSTUNREACH), "No route", RETRY_SECONDS),
    *(
        (answered(status), "server|Farview", PERSON_RETRY_SECONDS)
        for status in (200, 301, 400, 401, 403, 404, 421)
    ),
    *((answered(status), "server", RETRY_SECONDS) for status in (429, 500, 502, 503, 504)),
    (aiohttp.ServerDisconnectedError(), "closed", RETRY_SECONDS),
    (ConnectionResetError(errno.ECONNRESET, "reset"), "closed", RETRY_SECONDS),
    (TimeoutError(), "does not answer", RETRY_SECONDS),
    (OSError(errno.ENETUNREACH, "Network is unreachable"), "unreachable", RETRY_SECONDS),
    (aiohttp.ClientPayloadError(), "no Farview", RETRY_SECONDS),
]


@pytest.mark.parametrize(("error", "words", "pauses"), TROUBLES, ids=lambda case: type(case).__name__)
def test_every_trouble_has_words(error: Exception, words: str, pauses: tuple[float, ...]) -> None:
    said = unreachable_words(error)
    assert re.search(words, said)
    assert said.endswith((".", "?"))
    assert "Error" not in said
    assert "server.example" not in said
    assert retry_seconds(error) == pauses
    assert list(pauses) == sorted(pauses)
