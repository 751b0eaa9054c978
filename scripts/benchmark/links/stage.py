"""A Farview at one end of a link and a browser at the other; the study is loaded before the link becomes thin."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from playwright.async_api import Browser

from scripts.benchmark.farview import Farview, running
from scripts.benchmark.links.case import Case
from scripts.benchmark.links.volume import LinkVolume
from scripts.benchmark.reader_page import CHROMIUM, PICTURE, ReaderPage, chromium, of_ratio, page_in
from scripts.benchmark.setting import LeftOut
from scripts.benchmark.usage import loaded
from scripts.thin_link import Link
from scripts.thin_link.link import LinkUnavailable

MIDDLE_IMAGE = 150
CERTIFICATE = Path("state/tls/certificate.pem")
"""Of a Farview that has its own authority, below its folder."""
FIRST_PICTURE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Study:
    """What an address of the viewer names."""

    study: str
    archive: str

    def address(self, origin: str) -> str:
        """The address that opens it."""
        return f"{origin}/viewer?{urlencode({'study': self.study, 'archive': self.archive})}"


Front = Callable[[Link, Farview], AbstractContextManager[str]]
"""Puts something between the readers and Farview; gives the origin that they see."""


@dataclass(frozen=True, slots=True)
class Stage:
    """`studies`, that of `volume` first, are open to who comes with `cookies`; `folder` holds Farview's state and cache."""

    case: Case
    link: Link
    farview: Farview
    browser: Browser
    origin: str
    folder: Path
    volume: LinkVolume
    studies: tuple[Study, ...]
    cookies: Any
    ratio: float = 1.0

    @asynccontextmanager
    async def page(self) -> AsyncIterator[ReaderPage]:
        """An empty signed-in page with nothing in its browser's cache."""
        async with page_in(self.browser, ratio=self.ratio, cookies=self.cookies) as reader:
            yield reader

    @asynccontextmanager
    async def reader(self, size: tuple[int, int] = PICTURE, number: int = 0) -> AsyncIterator[ReaderPage]:
        """A reader in the middle of a study's stack, in a picture of `size` device pixels, with the scroll tool."""
        async with self.page() as reader:
            await reader.page.goto(self.studies[number].address(self.origin), wait_until="commit")
            await reader.until("pictured", 0, "the first picture", FIRST_PICTURE_SECONDS)
            # The hand's own script comes after the picture.
            await reader.page.wait_for_selector(
                "fv-viewer[data-session=live]", timeout=FIRST_PICTURE_SECONDS * 1000
            )
            await reader.until("shownComplete", 0, "the whole series", 120)
            await reader.make_picture(*size)
            await reader.press("s", "tool", "scroll")
            await reader.go_to(MIDDLE_IMAGE)
            yield reader


@asynccontextmanager
async def stage(
    case: Case,
    folder: Path,
    volume: LinkVolume,
    *,
    second: bool = False,
    trusted: Sequence[str] = (),
    ratio: float = 1.0,
    https: bool = False,
    options: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    front: Front | None = None,
    flags: Sequence[str] = (),
) -> AsyncIterator[Stage]:
    """The link of `case` with Farview and a browser at its ends; the study of `volume` is loaded, and with `second` another one.

    `https`: Farview speaks it with a certificate of its own authority, which the browser trusts; else plain HTTP.
    `trusted` are origins which the browser takes for secure, as it does Farview's, though they are plain HTTP.
    `ratio` is the device pixel ratio of its screen. Farview gets `options` and `environment` besides; where there is a `front`,
    the browser, which gets `flags` besides, reaches it through that.

    Raises:
        LeftOut: a link can't be made here.
    """
    roots = (volume.root, volume.second) if second else (volume.root,)
    with ExitStack() as stack:
        try:
            link = stack.enter_context(Link())
        except LinkUnavailable as reason:
            raise LeftOut(str(reason)) from None
        words = ("--bind", link.server_ip, *(() if https else ("--insecure",)), *options)
        async with running(
            folder,
            roots,
            *words,
            wrap=lambda command: link.command("server", command),
            environment=environment,
        ) as farview:
            printed = origin = "{0.scheme}://{0.hostname}:{0.port}".format(urlsplit(farview.url))
            if front is not None:
                origin = stack.enter_context(front(link, farview))
            way_in = farview.url.replace(printed, origin, 1)
            known = known_key(folder / CERTIFICATE) if https else secure((origin, *trusted))
            words = (known, *of_ratio(ratio), *flags)
            async with chromium(program=link.wrapper("client", str(CHROMIUM)), flags=words) as browser:
                studies, cookies = await _load(farview, browser, way_in, len(roots))
                link.set(**case.terms)
                ordered = tuple(sorted(studies, key=lambda study: study.study != volume.study))
                yield Stage(case, link, farview, browser, origin, folder, volume, ordered, cookies, ratio)


def secure(origins: Sequence[str]) -> str:
    """The flag of a browser that takes plain HTTP of these origins for secure."""
    return f"--unsafely-treat-insecure-origin-as-secure={','.join(origins)}"


def known_key(certificate: Path) -> str:
    """The flag of a browser that trusts whoever proves to have the key of this certificate (RFC 7469, 2.4), and TLS with it."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    info = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"--ignore-certificate-errors-spki-list={base64.b64encode(hashlib.sha256(info).digest()).decode()}"


async def _load(farview: Farview, browser: Browser, way_in: str, count: int) -> tuple[tuple[Study, ...], Any]:
    """Opens each study once, so that its series are in Farview's cache; the studies, and the cookies of who is signed in."""
    async with page_in(browser) as reader:
        await reader.sign_in(way_in, studies=count)
        studies = []
        for row in await reader.page.locator("tr[data-study]").all():
            study, archive = await row.get_attribute("data-study"), await row.get_attribute("data-archive")
            studies.append(Study(study or "", archive or ""))
        for each in studies:
            await reader.open(each.study)
            await reader.until("shownComplete", 0, "the whole series", 120)
            await reader.back()
        await loaded(farview)
        cookies = await reader.page.context.storage_state()
    return tuple(studies), cookies
