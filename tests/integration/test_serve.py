"""`farview serve` as a process with its real render host: what it prints, what it refuses, and that nothing outlives it."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pytest

from tests.running.farview_process import free_port
from tests.running.signing_in import page_of, sign_in_request, token_of

T = TypeVar("T")
WAIT = 40.0
FARVIEW = [sys.executable, "-m", "signaling"]


class Serving:
    """A running `farview serve`. It leads a session, by which all that it started can be found."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url

    @property
    def base(self) -> str:
        """The address without its token."""
        return page_of(self.url)

    def processes(self) -> dict[int, str]:
        """Command lines of all that lives in its session, without itself."""
        return {pid: line for pid, line in session(self.process.pid).items() if pid != self.process.pid}

    def host(self) -> int:
        """The render host's process id."""
        return wait_for(
            lambda: next((pid for pid, line in self.processes().items() if "streamer host" in line), None)
        )


def session(leader: int) -> dict[int, str]:
    """Command lines of the processes of a session that have not ended."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(FileNotFoundError, ProcessLookupError):
            state, _, _, sid = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(sid) == leader and state != "Z":
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def wait_for(condition: Callable[[], T | None]) -> T:
    """What `condition` gives, once it gives something.

    It is asked again and again: that processes of others begin and end, and what the server tells over HTTP, are no
    events to who is not their parent.
    """
    deadline = time.monotonic() + WAIT
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return value


def command(home: Path, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """A farview with data and cache below `home`, started by the command `before`."""
    return subprocess.Popen(
        [*before, *FARVIEW, *arguments],
        env={**os.environ, "XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(home: Path, *arguments: str) -> tuple[int, str, str]:
    """Code, output and errors of a farview that ends by itself."""
    process = command(home, *arguments)
    try:
        out, err = process.communicate(timeout=WAIT)
    finally:
        process.kill()
        process.wait()
    return process.returncode, out, err


@contextmanager
def serving(home: Path, *arguments: str, before: tuple[str, ...] = ()) -> Iterator[Serving]:
    """A farview serve that is ready; killed at the end if it still runs."""
    process = command(home, "serve", "--port", "0", "--no-demo", *arguments, before=before)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("Farview is ready: "):
            process.kill()
            pytest.fail(f"not ready: {line} {process.communicate()[1]}")
        yield Serving(process, line.removeprefix("Farview is ready: ").strip())
    finally:
        process.kill()
        process.communicate(timeout=WAIT)
        wait_for(lambda: not session(process.pid))


def get(url: str, cookie: str = "", context: ssl.SSLContext | None = None) -> urllib.request.addinfourl:
    """A GET that follows no redirect and raises at no status."""
    return _answer(urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {}), context)


def show_token(url: str, page: str, context: ssl.SSLContext | None = None) -> urllib.request.addinfourl:
    """The token of an address, shown to the Farview at `page`."""
    asked = sign_in_request(page, token_of(url))
    return _answer(urllib.request.Request(asked.address, asked.body, asked.headers), context)


def _answer(request: urllib.request.Request, context: ssl.SSLContext | None) -> urllib.request.addinfourl:
    class Plain(urllib.request.HTTPErrorProcessor):
        def http_response(self, request: object, response: object) -> object:
            return response

        https_response = http_response

    opener = urllib.request.build_opener(Plain, urllib.request.HTTPSHandler(context=context))
    answer: urllib.request.addinfourl = opener.open(request, timeout=10)
    return answer


def sign_in(server: Serving, context: ssl.SSLContext | None = None) -> str:
    """The whole Set-Cookie header."""
    with show_token(server.url, server.base, context) as answer:
        assert answer.status == 204
        return str(answer.headers["Set-Cookie"])


def hosts_of(server: Serving, cookie: str) -> list[dict[str, object]]:
    with get(f"{server.base}/api/admin/hosts", cookie) as answer:
        found: list[dict[str, object]] = json.load(answer)["hosts"]
        return found


def test_it_is_ready_when_it_says_so_and_ends_in_order(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        cookie = sign_in(server).partition(";")[0]
        assert [host["state"] for host in hosts_of(server, cookie)] == ["ready"]
        assert run(tmp_path, "url") == (0, server.url + "\n", "")
        server.process.send_signal(signal.SIGINT)
        out, err = server.process.communicate(timeout=WAIT)
        assert (server.process.returncode, out) == (0, ""), "one line on standard output, no more"
        assert "Traceback" not in err
        assert session(server.process.pid) == {}
    assert run(tmp_path, "url")[0] == 2


def test_a_new_address_ends_the_one_before_while_farview_runs(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        code, out, err = run(tmp_path, "url", "--new")
        new = out.strip()
        assert (code, err, page_of(new)) == (0, "", server.base)
        assert new != server.url
        assert run(tmp_path, "url") == (0, out, "")
        for url, status in ((server.url, 401), (new, 204)):
            with show_token(url, server.base) as answer:
                assert answer.status == status
        assert server.processes(), "it went on"
    assert run(tmp_path, "url", "--new")[0] == 2, "none runs any more"


def test_kill_9_leaves_nothing(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.host()
        wait_for(lambda: any("streamer.worker" in line for line in server.processes().values()))
        server.process.kill()
        server.process.wait()
        wait_for(lambda: session(server.process.pid) == {})


def test_kill_9_leaves_no_host_that_hangs(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        os.kill(server.host(), signal.SIGSTOP)
        server.process.kill()
        server.process.wait()
        wait_for(lambda: session(server.process.pid) == {})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_second_signal_ends_all_at_once_and_says_so(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as server:
        os.kill(server.host(), signal.SIGSTOP)  # in order it would end only when it is killed for that
        # One that comes while the one before has not been heard yet is no second one.
        wait_for(lambda: server.process.send_signal(number) or server.process.poll() is not None)
        assert server.process.returncode == -number
        wait_for(lambda: session(server.process.pid) == {})
        err = server.process.stderr
        assert err is not None
        lines = err.read().splitlines()
        assert len([line for line in lines if "ends at once" in line and number.name in line]) == 1
        assert not [line for line in lines if "Traceback" in line]


def test_a_hang_up_that_its_starter_has_it_ignore_ends_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, before=("nohup",)) as server:
        server.process.send_signal(signal.SIGHUP)
        sign_in(server)
        assert server.processes()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(WAIT) == 0


def test_a_killed_host_is_started_again_and_registers(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        cookie = sign_in(server).partition(";")[0]
        before = server.host()
        since = hosts_of(server, cookie)[0]["since"]
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: server.host() != before)
        wait_for(lambda: (host := hosts_of(server, cookie)[0])["state"] == "ready" and host["since"] != since)


def test_a_host_that_hangs_is_killed_and_started_again(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        before = server.host()
        os.kill(before, signal.SIGSTOP)
        wait_for(lambda: server.host() != before)


def test_nobody_can_read_the_hosts_key_from_its_arguments(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert "fvh_" not in server.processes()[server.host()]
        state = tmp_path / "data" / "farview"
        assert (state / "address.json").stat().st_mode & 0o777 == 0o600
        assert state.stat().st_mode & 0o777 == 0o700


def test_a_second_farview_on_the_same_state_is_refused(tmp_path: Path) -> None:
    with serving(tmp_path):
        code, out, err = run(tmp_path, "serve", "--port", "0")
        assert (code, out) == (2, "")
        assert "already runs" in err
        assert "Traceback" not in err


def test_an_open_tab_survives_a_restart(tmp_path: Path) -> None:
    port = str(free_port())
    with serving(tmp_path, "--port", port) as before:
        cookie = sign_in(before).partition(";")[0]
    with serving(tmp_path, "--port", port) as after:
        assert after.url != before.url
        with get(f"{after.base}/api/me", cookie) as answer:
            assert answer.status == 200
        with show_token(before.url, after.base) as answer:
            assert answer.status == 401
            assert "does not sign in" in answer.read().decode()


def test_beyond_this_machine_over_https(tmp_path: Path) -> None:
    with serving(tmp_path, "--bind", "0.0.0.0") as server:
        assert server.url.startswith("https://")
        authority = tmp_path / "data" / "farview" / "tls" / "farview-authority.pem"
        cookie = sign_in(server, ssl.create_default_context(cafile=str(authority)))
        assert "Secure" in cookie
        assert server.processes()[server.host()].count("http://127.0.0.1:") == 1


@pytest.mark.parametrize("absent", ["folder", "file"])
def test_data_that_is_no_folder_is_said(tmp_path: Path, absent: str) -> None:
    (tmp_path / "file").write_text("")
    code, out, err = run(tmp_path, "serve", "--port", "0", "--data", str(tmp_path / absent))
    assert (code, out) == (2, "")
    assert "is no folder" in err


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        code, out, err = run(tmp_path, "serve", "--port", str(other.getsockname()[1]))
    assert (code, out) == (2, "")
    assert "--port" in err
    assert "Traceback" not in err


def test_a_signaling_server_alone_starts_no_host(tmp_path: Path) -> None:
    process = command(tmp_path, "signaling", "--port", "0")
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Farview is ready: ")
        assert list(session(process.pid)) == [process.pid]
        process.terminate()
        assert process.wait(WAIT) == 0
    finally:
        process.kill()
        process.communicate()


def test_the_version(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, "--version")
    assert code == 0
    assert out.startswith("farview 0.")
