"""The command line of the render host's programs: `python -m streamer COMMAND …`."""

from __future__ import annotations

from collections.abc import Sequence

from streamer.cli import doctor, host, inspect, render, verify
from streamer.cli.option_types import OneSentenceParser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status."""
    parser = OneSentenceParser(prog="farview", description="Farview's render host.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, module, words in (
        ("host", host, "run a render host that dials in to a signaling server"),
        ("inspect", inspect, "say what Farview makes of a folder of DICOM files"),
        ("render", render, "draw a saved view again and say the picture's hash"),
        ("verify", verify, "check a saved record of a proven picture"),
        ("doctor", doctor, "say what this machine draws and encodes with"),
    ):
        command = commands.add_parser(name, help=words, description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    options = parser.parse_args(arguments)
    status: int = options.run(options)
    return status
