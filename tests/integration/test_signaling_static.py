"""The browser's files over HTTP: compressed, kept for ever under their build, no byte more than needed."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest

from signaling.api.static import chosen
from tests.fakes.signaling_peers import Server, running_server

FOR_EVER = "public, max-age=31536000, immutable"
PAGE_BYTES = 119_500
BROTLI_BYTES = 105_500


@dataclass(frozen=True)
class Answer:
    """An answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    size: int


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with running_server(tmp_path / "state") as running:
        await running.sign_in()
        yield running


async def ask(server: Server, path: str, method: str = "GET", accept: str = "gzip", **more: str) -> Answer:
    """One request on a connection of its own; nothing is decoded on the way."""
    cookie = "; ".join(f"{c.key}={c.value}" for c in server.http.cookie_jar)
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Connection: close"]
    lines += [f"Accept-Encoding: {accept}", f"Cookie: {cookie}", *(f"{k}: {v}" for k, v in more.items())]
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode())
        raw = await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *fields = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
    return Answer(int(status.split()[1]), headers, body, len(raw))


def parts_of(page: str) -> list[str]:
    """The addresses that a page loads, in their order."""
    return [f"/{part}" for part in re.findall(r'"(static/[^"]+)"', page)]


SCRIPTS = ("interface.js", "tools.js", "lists.js", "streams.js")
NAMES = ("boot.js", *SCRIPTS, "index.css", "admin.js", "admin.css")
LATER = {"/worklist": SCRIPTS, "/viewer?study=1.2.3": SCRIPTS, "/admin": ()}


async def packed_by_brotli(server: Server) -> None:
    """Until the texts are made that a first page has asked for."""
    await ask(server, "/worklist")
    async with asyncio.timeout(30):
        for name in NAMES:
            path = f"/static/{server.services.files.build}/{name}"
            while (await ask(server, path, accept="br, gzip")).headers["content-encoding"] != "br":
                pass


@pytest.mark.parametrize("page", LATER)
@pytest.mark.parametrize(("coding", "most"), [("gzip", PAGE_BYTES), ("br", BROTLI_BYTES)])
async def test_all_of_a_page_is_compressed_kept_for_ever_and_light(
    server: Server, page: str, coding: str, most: int
) -> None:
    accept = "gzip"
    if coding == "br":
        accept = "gzip, br"
        await packed_by_brotli(server)
    html = await ask(server, page, accept=accept)
    assert html.headers["cache-control"] == "no-store"
    assert html.headers["content-encoding"] == coding
    total = html.size
    unpacked = gzip.decompress if coding == "gzip" else brotli.decompress
    parts = parts_of(unpacked(html.body).decode())
    assert [part for part in parts if part.endswith(".js")]
    parts += [f"/static/{server.services.files.build}/{name}" for name in LATER[page]]
    for part in parts:
        answer = await ask(server, part, accept=accept)
        assert answer.status == 200, part
        assert answer.headers["cache-control"] == FOR_EVER, part
        expected = coding if part.endswith((".js", ".css")) else "gzip"
        assert answer.headers["content-encoding"] == expected, part
        assert answer.headers["vary"] == "Accept-Encoding", part
        assert answer.headers["x-content-type-options"] == "nosniff", part
        total += answer.size
    assert total <= most, f"{page} weighs {total} bytes"


async def test_a_text_is_the_same_under_every_coding(server: Server) -> None:
    path = f"/static/{server.services.files.build}/boot.js"
    await packed_by_brotli(server)
    plain, gzipped, brotlied = [
        await ask(server, path, accept=accept) for accept in ("identity", "gzip", "br, gzip")
    ]
    assert gzip.decompress(gzipped.body) == brotli.decompress(brotlied.body) == plain.body
    assert len({answer.headers["etag"] for answer in (plain, gzipped, brotlied)}) == 3


@pytest.mark.parametrize("page", ["/viewer?study=1.2.3", "/admin", "/sign-in?token=a"])
async def test_a_page_is_the_same_under_every_coding(server: Server, page: str) -> None:
    await packed_by_brotli(server)
    plain, gzipped, brotlied = [
        await ask(server, page, accept=accept) for accept in ("identity", "gzip", "br, gzip")
    ]
    again = brotlied.headers["content-encoding"] == "br"
    assert again == ("sign-in" not in page), "what is filled in for each request is packed by gzip"
    unpacked = brotli.decompress if again else gzip.decompress
    assert gzip.decompress(gzipped.body) == unpacked(brotlied.body) == plain.body
    assert {answer.headers["cache-control"] for answer in (plain, gzipped, brotlied)} == {"no-store"}
    assert {answer.headers["content-type"] for answer in (plain, gzipped, brotlied)} == {
        "text/html; charset=utf-8"
    }
    assert all(answer.headers["content-security-policy"] for answer in (plain, gzipped, brotlied))


async def test_nobody_waits_for_brotli(server: Server) -> None:
    path = f"/static/{server.services.files.build}/boot.js"
    assert (await ask(server, path, accept="br, gzip")).headers["content-encoding"] == "gzip"


async def test_a_script_comes_plain_to_who_does_not_unpack(server: Server) -> None:
    path = f"/static/{server.services.files.build}/boot.js"
    packed, plain = await ask(server, path), await ask(server, path, accept="br, gzip;q=0")
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_who_has_it_is_not_sent_it_again(server: Server) -> None:
    path = f"/static/{server.services.files.build}/boot.js"
    first = await ask(server, path)
    again = await ask(server, path, **{"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["cache-control"] == FOR_EVER
    assert (await ask(server, path, **{"If-None-Match": '"other"'})).status == 200


async def test_a_question_for_the_head_alone_is_answered_alike(server: Server) -> None:
    path = f"/static/{server.services.files.build}/boot.js"
    whole, head = await ask(server, path), await ask(server, path, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("content-length", "etag", "cache-control", "content-type"):
        assert head.headers[name] == whole.headers[name], name


async def test_a_page_of_another_build_gets_no_half_of_this_one(server: Server) -> None:
    assert (await ask(server, "/static/another/boot.js")).status == 404
    icon = await ask(server, "/static/another/icons/favicon.svg")
    assert (icon.status, icon.headers["cache-control"]) == (200, "no-cache")


async def test_what_can_be_a_document_has_the_rules_of_one(server: Server) -> None:
    for path in ("/worklist", f"/static/{server.services.files.build}/icons/favicon.svg", "/api/me"):
        answer = await ask(server, path)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-frame-options"] == "DENY", path


@pytest.mark.parametrize(
    ("accepted", "offered", "coding"),
    [
        ("gzip, deflate, br", ["br", "gzip"], "br"),
        ("gzip, deflate, br", ["gzip"], "gzip"),
        ("br;q=0.1, GZIP;q=0.5", ["br", "gzip"], "gzip"),
        ("br;q=1.0, GZIP;q=0.5", ["br", "gzip"], "br"),
        ("br;q=1.0, GZIP;q=0.5", ["gzip"], "gzip"),
        ("*", ["br", "gzip"], "br"),
        ("*, br;q=0", ["br", "gzip"], "gzip"),
        ("*;q=0.1, gzip;q=0", ["gzip"], ""),
        ("gzip; q=0.000", ["gzip"], ""),
        ("gzip;q=0.001", ["gzip"], "gzip"),
        ("identity", ["br", "gzip"], ""),
        ("br", ["gzip"], ""),
        ("br, gzip", [], ""),
        ("", ["br", "gzip"], ""),
    ],
)
def test_weights_of_encodings_count(accepted: str, offered: list[str], coding: str) -> None:
    assert chosen(accepted, offered) == coding
