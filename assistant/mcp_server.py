"""The tools for agents that speak the Model Context Protocol, over standard input and output. The one file that imports mcp.

Each tool of `assistant.tools.TOOLS` is offered with the JSON Schema of its arguments and of its result; the result comes as structured
content and, for older clients, as the same JSON in a text. What cannot be done is a tool error that says what to do instead; a fault
names its kind alone, so that no patient's words travel in it.
"""

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from assistant.api import Assistant
from assistant.tools import TOOLS, Tool, arguments
from index.errors import TrialmatchError

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

INSTRUCTIONS = (
    "Trialmatch answers from indexed clinical-trial documents and checks a patient's note against their eligibility criteria by rules. "
    "Quote what it cites. No verdict means that a patient is eligible, and what a note does not say is unknown: pass both on unchanged. "
    "Notes stay in this process: they are not stored or logged."
)


def build(assistant: Assistant) -> "Server[Any]":
    """The server over an opened assistant."""
    import anyio.to_thread
    from mcp import types
    from mcp.server.lowlevel import Server

    tools = {tool.name: tool for tool in TOOLS}

    async def listed(_: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=tool.name,
                    title=tool.title,
                    description=tool.description,
                    input_schema=tool.arguments.model_json_schema(),
                    output_schema=tool.result.model_json_schema(mode="serialization"),
                    annotations=types.ToolAnnotations(title=tool.title, read_only_hint=True, idempotent_hint=True, open_world_hint=False),
                )
                for tool in TOOLS
            ]
        )

    async def called(_: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.get(asked.name)
        if tool is None:
            return failed(f"There is no tool {asked.name!r}. There are: {', '.join(tools)}.")
        try:
            result, text = await anyio.to_thread.run_sync(_run, assistant, tool, asked.arguments or {})
        except TrialmatchError as error:
            return failed(str(error))
        except Exception as error:
            return failed(f"Fault in the program ({type(error).__name__}).")
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=result)

    def failed(message: str) -> types.CallToolResult:
        return types.CallToolResult(content=[types.TextContent(type="text", text=message)], is_error=True)

    return Server(
        "trialmatch", version=_version(), title="Trialmatch", instructions=INSTRUCTIONS, on_list_tools=listed, on_call_tool=called
    )  # fmt: skip


def serve(assistant: Assistant) -> None:
    """Serves one client over standard input and output until it goes."""
    import anyio
    from mcp.server.stdio import stdio_server

    server = build(assistant)

    async def run() -> None:
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(run)


def _run(assistant: Assistant, tool: Tool, given: dict[str, Any]) -> tuple[dict[str, Any], str]:
    result = tool.run(assistant, arguments(tool.arguments, given))
    return result.model_dump(mode="json"), result.model_dump_json()


def _version() -> str:
    try:
        return version("trialmatch")
    except PackageNotFoundError:
        return "0"
