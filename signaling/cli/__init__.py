"""The `farview` command."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from signaling import log
from signaling.cli.arguments import PASSED_ON, cache_home, parser
from signaling.cli.passed_on import pass_on
from signaling.cli.program_copy import LASTING, from_copy, usual_folders
from signaling.cli.state_dir import running_url
from signaling.errors import FarviewError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when all went well, 2 when it can't begin."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in PASSED_ON:
            pass_on(given, _own_copy() if given[0] in LASTING else os.environ)
        options = parser().parse_args(given)
        if options.command == "url":
            print(running_url(options.state, new=options.new))
            return 0
        if options.command in ("backup", "restore"):
            from signaling.cli import backup

            os.umask(0o077)
            act = backup.back_up if options.command == "backup" else backup.restore
            print(act(options.state, options.folder))
            return 0
        if options.command in LASTING and (environment := _own_copy()) is not os.environ:
            sys.stdout.flush()
            os.execve(sys.executable, [sys.executable, "-m", "signaling", *given], dict(environment))
        from signaling.cli.serve import serve  # not needed, and slow to import, for the other commands

        log.configure(options.log_level)
        os.umask(0o077)  # what is written is this user's alone
        return asyncio.run(serve(options))
    except FarviewError as error:
        print(f"farview: {error.message}", file=sys.stderr)
        return 2


def _own_copy() -> Mapping[str, str]:
    """The environment to go on in: os.environ itself where this program runs from a copy of its files, or can't."""
    try:
        environment = from_copy(Path(__file__).resolve().parents[2], usual_folders(cache_home()), os.environ)
    except OSError as error:
        print(
            f"farview: no copy of the program could be made ({error.strerror or error}): "
            "stop this Farview before you update the checkout it runs from.",
            file=sys.stderr,
        )
        return os.environ
    return os.environ if environment is None else environment
