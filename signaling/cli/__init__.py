"""The `farview` command."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence

from signaling import log
from signaling.cli.arguments import PASSED_ON, parser
from signaling.cli.passed_on import pass_on
from signaling.cli.state_dir import running_url
from signaling.errors import FarviewError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when all went well, 2 when it can't begin."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in PASSED_ON:
            pass_on(given, os.environ)
        options = parser().parse_args(given)
        if options.command == "url":
            print(running_url(options.state))
            return 0
        from signaling.cli.serve import serve  # not needed, and slow to import, for the other commands

        log.configure(options.log_level)
        os.umask(0o077)  # what is written is this user's alone
        return asyncio.run(serve(options))
    except FarviewError as error:
        print(f"farview: {error.message}", file=sys.stderr)
        return 2
