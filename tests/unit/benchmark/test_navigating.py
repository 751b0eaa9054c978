"""The row of navigation: it is over HTTPS or it is none, and it counts all that came over the link before the first picture."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from pathlib import Path

import pytest

from scripts.benchmark.__main__ import SUITES, parse
from scripts.benchmark.links.case import BAD, BYTES_BEFORE_KB, CASES, GOOD, HOME, POOR
from scripts.benchmark.links.navigating import (
    NAVIGATIONS,
    QUICK_NAVIGATIONS,
    Navigation,
    navigation_of,
    navigation_rows,
    secured,
)
from scripts.benchmark.links.stage import CERTIFICATE, known_key
from scripts.benchmark.row import Bar
from scripts.benchmark.setting import NotMeasured
from scripts.thin_link import Packet
from scripts.thin_link.passed import TCP, UDP
from signaling.auth.certificate_authority import CertificateAuthority


def test_what_came_before_the_first_picture_does_not_count_the_picture() -> None:
    packets = [
        Packet(9.9, 500, TCP, 1),
        Packet(10.1, 20_000, TCP, 1),
        Packet(10.2, 11_000, UDP, 2),
        Packet(10.6, 70_000, TCP, 1),
    ]
    navigation = navigation_of(packets, 10.0, 500, 10_000)
    assert navigation.before == pytest.approx(20_500)
    assert navigation.page == 90_000
    with pytest.raises(NotMeasured, match="clocks"):
        navigation_of(packets, 20.0, 500, 10_000)


@pytest.mark.parametrize(
    "said",
    [
        {"protocol": "http:", "secured": 12.0},
        {"protocol": "https:", "secured": 0},
        {"protocol": "http:", "secured": 0},
    ],
)
def test_a_page_that_did_not_come_over_tls_is_not_measured(said: dict[str, object]) -> None:
    with pytest.raises(NotMeasured, match="TLS"):
        secured(said)
    assert secured({"protocol": "https:", "secured": 3.0, "page": 40, "boot.js": 60, "x.svg": 70}) == {
        "page": 40.0,
        "boot.js": 60.0,
    }


@pytest.mark.parametrize(
    ("case", "seconds"), [(GOOD, 0.55), (HOME, 0.95), (POOR, 1.9), (BAD, 4.0)], ids=lambda x: str(x)[:12]
)
def test_each_link_has_its_bar_for_the_first_picture(case: object, seconds: float) -> None:
    assert case in CASES
    navigations = [Navigation(1000 * seconds + late, 59_000, 80_000, {"page": 100.0}) for late in (-10, 0, 1)]
    time, before, page = navigation_rows(case, navigations)  # type: ignore[arg-type]
    assert time.bars[0] == Bar("p50", "≤", seconds)
    assert time.met is True
    assert "page 0.10" in time.note
    assert "HTTPS" in time.name
    assert before.bars == (Bar("p95", "≤", 60.0),) == (Bar("p95", "≤", BYTES_BEFORE_KB),)
    assert page.n == 3
    late = [Navigation(1000 * seconds + 1, 60_001, 80_000)] * 2
    assert [row.met for row in navigation_rows(case, late)[:2]] == [False, False]  # type: ignore[arg-type]


def test_the_row_can_be_asked_for_alone_and_has_enough_samples() -> None:
    suite = SUITES["link"]
    assert parse(["link", "--only", "navigation"]).only == ["navigation"]
    assert [each.name for each in suite.chosen(["navigation"], quick=True)] == ["navigation"]
    assert "navigation" in {each.name for each in suite.chosen(None, quick=True)}
    assert NAVIGATIONS >= 12
    assert 0 < QUICK_NAVIGATIONS < NAVIGATIONS


def test_the_browser_trusts_the_key_of_farviews_own_certificate(tmp_path: Path) -> None:
    folder = (tmp_path / CERTIFICATE).parent
    CertificateAuthority.open(folder).certificate_for({"10.0.0.1"})
    command = ["openssl", "x509", "-in", str(tmp_path / CERTIFICATE), "-pubkey", "-noout"]
    public = subprocess.run(command, check=True, capture_output=True).stdout
    key = subprocess.run(
        ["openssl", "pkey", "-pubin", "-outform", "der"], check=True, capture_output=True, input=public
    ).stdout
    said = base64.b64encode(hashlib.sha256(key).digest()).decode()
    assert known_key(tmp_path / CERTIFICATE) == f"--ignore-certificate-errors-spki-list={said}"
