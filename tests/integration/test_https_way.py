"""HTTPS without needless round trips: TLS 1.3, short certificates, sessions taken up again, many requests on one connection."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from tests.running.farview_process import FarviewProcess
from tests.running.signing_in import page_of, sign_in_request, token_of

MOST_CERTIFICATE_BYTES = 1_000
PAGES = ("/", "/worklist", "/viewer?study=1.2.3&archive=a", "/viewer?study=1.2.3", "/admin")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
    """A signaling server beyond this machine, with an authority of its own."""
    folder = tmp_path_factory.mktemp("https")
    process = FarviewProcess([], folder, 0, ["--bind", "0.0.0.0"], command="signaling")
    try:
        assert process.url.startswith("https://")
        yield process
    finally:
        process.stop()


def trusting(server: FarviewProcess) -> ssl.SSLContext:
    """A client that trusts the server's own authority and nobody else."""
    return ssl.create_default_context(cafile=str(server.folder / "state/tls/farview-authority.pem"))


def connected(server: FarviewProcess, context: ssl.SSLContext) -> http.client.HTTPSConnection:
    parts = urlsplit(server.url)
    assert parts.hostname
    return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=10, context=context)


@pytest.fixture(scope="module")
def cookie(server: FarviewProcess) -> str:
    """Of who has signed in by the printed address."""
    with closing(connected(server, trusting(server))) as connection:
        said = sign_in_request(page_of(server.url), token_of(server.url))
        connection.request("POST", urlsplit(said.address).path, said.body, said.headers)
        answer = connection.getresponse()
        assert answer.status == 204
        return (answer.headers["Set-Cookie"] or "").partition(";")[0]


def test_tls_1_3_with_one_short_certificate(server: FarviewProcess) -> None:
    with closing(connected(server, trusting(server))) as connection:
        connection.connect()
        assert isinstance(connection.sock, ssl.SSLSocket)
        assert connection.sock.version() == "TLSv1.3"
        certificate = connection.sock.getpeercert(binary_form=True)
    assert certificate is not None
    assert len(certificate) < MOST_CERTIFICATE_BYTES
    assert isinstance(x509.load_der_x509_certificate(certificate).public_key(), ec.EllipticCurvePublicKey)
    # The authority is in the reader's list, and not sent.
    sent = (server.folder / "state/tls/certificate.pem").read_text()
    assert sent.count("BEGIN CERTIFICATE") == 1


def test_a_session_is_taken_up_again(server: FarviewProcess) -> None:
    context = trusting(server)
    parts = urlsplit(server.url)
    with closing(connected(server, context)) as first:
        first.request("GET", "/healthz")
        first.getresponse().read()
        assert isinstance(first.sock, ssl.SSLSocket)
        session = first.sock.session
    with (
        socket.create_connection((parts.hostname, parts.port), timeout=10) as bare,
        context.wrap_socket(bare, server_hostname=parts.hostname, session=session) as second,
    ):
        assert second.session_reused


def test_who_is_signed_in_is_sent_nowhere_and_keeps_the_connection(
    server: FarviewProcess, cookie: str
) -> None:
    with closing(connected(server, trusting(server))) as connection:
        connection.connect()
        first = connection.sock

        def got(path: str) -> str:
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status == 200, path
            assert connection.sock is first, path
            return text

        pages = [got(path) for path in PAGES]
        build = pages[0].split("static/")[1].split("/")[0]
        for script in ("boot.js", "interface.js", "tools.js", "lists.js", "streams.js"):
            got(f"/static/{build}/{script}")
