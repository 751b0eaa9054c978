"""A haproxy between the readers and Farview that ends TLS and can be restarted, set up as docs/operations.md says."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from scripts.benchmark.farview import Farview, free_port
from scripts.benchmark.setting import LeftOut, NotMeasured
from scripts.thin_link import Link
from signaling.auth.certificate_authority import CertificateAuthority
from tests.running.proxy import HAPROXY, SAID_BY_HAPROXY

PROGRAM = "/usr/sbin/haproxy"
LISTENS_SECONDS, END_SECONDS = 15.0, 10.0


class Proxy:
    """The running one, at the server's end of a link."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._link: Link | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @contextmanager
    def before(self, link: Link, farview: Farview) -> Iterator[str]:
        """Starts it; the origin that readers see.

        Raises:
            LeftOut: it is not installed.
            NotMeasured: it does not come up.
        """
        if shutil.which(PROGRAM) is None:
            raise LeftOut("there is no haproxy: apt-get install haproxy")
        self._link, self._port = link, free_port()
        self._folder.mkdir()
        authority = CertificateAuthority.open(self._folder / "tls")
        certificate, key = authority.certificate_for({link.server_ip})
        both = self._folder / "both.pem"
        both.write_bytes(certificate.read_bytes() + key.read_bytes())
        configuration = HAPROXY.format(
            address=link.server_ip, port=self._port, both=both, said=SAID_BY_HAPROXY,
            behind=f"{link.server_ip}:{urlsplit(farview.url).port}",
        )  # fmt: skip
        (self._folder / "haproxy.cfg").write_text(configuration)
        self._start()
        try:
            yield f"https://{link.server_ip}:{self._port}"
        finally:
            self._end()

    async def restart(self, seconds: float) -> None:
        """It ends with all its connections, and is there again after so many seconds.

        Raises:
            NotMeasured: it does not come up.
        """
        await asyncio.to_thread(self._end)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        assert self._link is not None
        with (self._folder / "haproxy.log").open("ab") as log:
            self._process = self._link.start_server(
                [PROGRAM, "-db", "-f", str(self._folder / "haproxy.cfg")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + LISTENS_SECONDS
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > end:
                raise NotMeasured("haproxy does not come up; its log is beside Farview's")
            time.sleep(0.05)

    def _listens(self) -> bool:
        assert self._link is not None
        assert self._process is not None
        heard = self._link.run_server(
            ["ss", "-Hltn", f"sport = :{self._port}"],
            check=False,
            capture_output=True,
            timeout=LISTENS_SECONDS,
        )
        return bool(heard.stdout.strip())

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(END_SECONDS)
