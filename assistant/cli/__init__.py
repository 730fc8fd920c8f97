"""The command line: `trialmatch`. Exit code 0 on success, 2 on bad input with one line on standard error, 1 on a fault of ours.

Each command is a file here with an `add(commands)` that describes its arguments and sets the function that runs it.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from assistant.cli import ask, changes, evaluate, export, ingest, library, match, mcp, review, serve, settings, sync, ui
from assistant.cli.command import Commands, Parser, complain
from index.errors import TrialmatchError

_COMMANDS = (ingest, sync, changes, library, ask, match, export, evaluate, review, ui, settings, serve, mcp)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    try:
        chosen = _parser().parse_args(arguments)
        code: int = chosen.run(chosen)
        sys.stdout.flush()
        return code
    except TrialmatchError as error:
        return complain(str(error), 2)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone, as `head` does
        return 0
    except Exception as error:
        if os.environ.get("TRIALMATCH_DEBUG"):
            raise
        return complain(f"fault in the program ({type(error).__name__}: {error}). Set TRIALMATCH_DEBUG=1 to see where.", 1)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="trialmatch", description="Clinical-trial criteria against a patient's note, every verdict with its quotes.")
    commands = Commands(parser)
    for module in _COMMANDS:
        module.add(commands)
    return parser
