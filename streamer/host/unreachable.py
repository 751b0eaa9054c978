"""Why a host does not reach its server, in words, and when it tries again."""

from __future__ import annotations

import ssl

import aiohttp

RETRY_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""A server that is restarted is back within moments."""
PERSON_RETRY_SECONDS = (1.0, 5.0, 15.0, 60.0)
"""Where a person must change something first."""
_BY_STATUS = {
    401: "The server refused this host. Is it Farview, and is there a proxy before it that asks for a password?",
    403: "The server refused this host. Is it Farview, and is there a proxy before it that refuses WebSockets?",
    404: "There is no Farview at this address, or a proxy before it does not pass /ws/host on.",
    421: "The server is not known by this name. Use the name that the admin page shows, or start it with --name.",
    429: "The server has no room for more connections just now.",
    502: "The proxy before the server does not reach it.",
    503: "The server can't look up this host's key just now; its log says why.",
    504: "The proxy before the server does not reach it.",
}


def unreachable_words(error: Exception) -> str:
    """What went wrong, and what helps where something does: no name of an exception, no address or key."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return _certificate_words(error.certificate_error)
        case aiohttp.ClientSSLError():
            return (
                "There is no TLS at this address. Is it https where the server speaks http, or another port?"
            )
        case aiohttp.ClientConnectorDNSError():
            return "The server's name is not known here (DNS)."
        case aiohttp.ClientConnectorError():
            return f"The server can't be reached: {error.os_error.strerror or 'no connection'}."
        case aiohttp.WSServerHandshakeError():
            words = _BY_STATUS.get(error.status)
            return (
                words or f"The server, or a proxy before it, answered {error.status} instead of a WebSocket."
            )
        case aiohttp.ServerDisconnectedError() | ConnectionError():
            return "The server closed the connection. Is it https where the server is asked by http?"
        case TimeoutError():
            return "The server does not answer."
        case OSError():
            return f"The server can't be reached: {error.strerror or 'no connection'}."
    return "What answers at this address is no Farview."


def retry_seconds(error: Exception) -> tuple[float, ...]:
    """The pauses before the next tries."""
    by_hand = isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError)
    by_hand = by_hand or (isinstance(error, aiohttp.WSServerHandshakeError) and error.status < 429)
    return PERSON_RETRY_SECONDS if by_hand else RETRY_SECONDS


def _certificate_words(error: Exception) -> str:
    why = "it is not trusted on this machine"
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code == 10:  # X509_V_ERR_CERT_HAS_EXPIRED
            return "The server's certificate has expired, or the clock of this machine is wrong."
        if error.verify_code == 62:  # X509_V_ERR_HOSTNAME_MISMATCH
            return (
                "The server's certificate is of another name. Dial it by a name that is in the certificate."
            )
    return f"The server's certificate is not accepted: {why}. Give its authority's certificate with --certificate FILE."
