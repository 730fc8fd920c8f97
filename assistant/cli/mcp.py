"""`trialmatch mcp`: the tools over standard input and output, for agents that speak the Model Context Protocol."""

import argparse

from assistant.api import Assistant
from assistant.cli.command import Commands


def add(commands: Commands) -> None:
    """`mcp`."""
    commands.add("mcp", _mcp, "Serve the tools to an agent over standard input and output (Model Context Protocol).")


def _mcp(chosen: argparse.Namespace) -> int:
    from assistant.mcp_server import serve

    serve(Assistant.open(chosen.store))
    return 0
