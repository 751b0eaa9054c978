"""Fixtures for a test module with a Farview of its own, by which it takes the place of the one that all share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import sign_in
from tests.e2e.studies import Study
from tests.running.farview_process import FarviewProcess, running


def own_farview(study: Study) -> Any:
    """The fixture `farview` of a module that breaks it: with this study alone."""

    @pytest.fixture(scope="module")
    def farview(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarviewProcess]:
        with running([data / study.name], tmp_path_factory.mktemp("broken")) as process:
            assert process.url
            yield process

    return farview


@pytest.fixture(scope="module")
def own_signed_in(browser: Browser, farview: FarviewProcess) -> tuple[Any, str]:
    """The fixture `signed_in` of a module with a Farview of its own: a reader of that one."""
    return sign_in(browser, farview)
