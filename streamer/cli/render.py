"""`farview render --state FILE --data DIR`: draws a saved view in a fresh process and says the SHA-256 of the picture.

FILE is a record saved from the viewer (its picture is then compared, byte for byte), or JSON with study, width, height and view.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamer.cli.saved_view import SavedView
    from streamer.host.fresh_picture import FreshPicture

SAME, DIFFERENT, NOT_DRAWN = 0, 1, 2
INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `render`."""
    parser.add_argument(
        "--state", type=Path, required=True, metavar="FILE", help="a record saved from the viewer, or a view"
    )
    parser.add_argument(
        "--data",
        action="append",
        type=Path,
        required=True,
        metavar="DIR",
        help="a folder that holds the study's files; all of it is looked through, so the smaller the quicker",
    )
    parser.add_argument("--out", type=Path, metavar="PNG", help="where to write the picture")
    parser.add_argument("--width", type=int, help="another width; the picture is then not compared")
    parser.add_argument("--height", type=int, help="another height; the picture is then not compared")
    parser.add_argument(
        "--gl", choices=("auto", "egl", "osmesa"), default="auto", help="how VTK draws volumes"
    )


def run(options: argparse.Namespace) -> int:
    """Prints the picture's hash: 0, 1 when the record's is another, 2 when there is no picture."""
    from streamer import log  # imported late: --help must be quick
    from streamer.cli.saved_view import read_saved_view
    from streamer.errors import FarviewError
    from streamer.host.fresh_picture import draw_fresh

    log.configure("error", program="render")
    try:
        saved = read_saved_view(options.state)
        size = (
            saved.width if options.width is None else options.width,
            saved.height if options.height is None else options.height,
        )
        picture = asyncio.run(draw_fresh(saved.study, saved.view, size, options.data, options.gl))
        if options.out is not None:
            options.out.write_bytes(picture.png)
    except FarviewError as error:
        print(f"farview render: {error.message}", file=sys.stderr)
        return NOT_DRAWN
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        print(f"farview render: {error.filename or options.out}: {error.strerror}.", file=sys.stderr)
        return NOT_DRAWN
    print(f"study      {saved.study}")
    print(f"picture    {picture.width} × {picture.height}, {'grey' if picture.channels == 1 else 'colour'}")
    print(f"sha256     {picture.sha256}")
    return _compare(saved, picture)


def _compare(saved: SavedView, picture: FreshPicture) -> int:
    if not saved.sha256:
        return SAME
    if (picture.width, picture.height) != (saved.width, saved.height):
        print(f"record     not compared: its picture is {saved.width} × {saved.height}")
        return SAME
    if picture.sha256 == saved.sha256:
        print("record     equal, byte for byte")
        return SAME
    reason = (
        f" It shows a volume, drawn here by {picture.renderer}: another kind of renderer, as on a machine with a GPU, "
        "draws other bytes."
        if picture.volume
        else " The files of the study, the view or the picture are not those of then."
    )
    print(f"farview render: the record's picture is another one, {saved.sha256}.{reason}", file=sys.stderr)
    return DIFFERENT
