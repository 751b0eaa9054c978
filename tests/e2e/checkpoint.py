"""What of a view is kept outside the render host."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from tests.running.farview_process import FarviewProcess, wait_until


def wait_for_checkpoint(farview: FarviewProcess, image: int, seconds: float = 5.0) -> None:
    """Until a kept view shows this image (1-based) in its first viewport."""

    def kept() -> bool:
        database = farview.folder / "state" / "farview.db"
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            views = [json.loads(view) for (view,) in connection.execute("SELECT view FROM views")]
        return any(view["state"]["viewports"][0]["image"] == image - 1 for view in views)

    wait_until(kept, seconds, f"image {image} is kept")
