"""Models that are none: a scripted one behind LangChain's interface, and real servers of the OpenAI protocol on loopback."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.utils.function_calling import convert_to_openai_tool

from assistant import Assistant
from assistant.model import LanguageModel

Script = Callable[[str, str], Any]
"""From what the model is told and what it is given to what it returns: a dict, or an exception that it raises."""


class Scripted(BaseChatModel):
    """A chat model with tools that answers by a script. It keeps what was sent to it."""

    script: Any
    sent: list[tuple[str, str]] = []

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools])

    def _generate(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        system, user = str(messages[0].content), str(messages[1].content)
        self.sent.append((system, user))
        said = self.script(system, user)
        if isinstance(said, BaseException):
            raise said
        name = kwargs["tools"][0]["function"]["name"]
        calls = [{"name": name, "args": said, "id": "1"}] if isinstance(said, dict) else []
        message = AIMessage(
            content="" if calls else str(said), tool_calls=calls, usage_metadata={"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}
        )
        return ChatResult(generations=[ChatGeneration(message=message)])


def scripted(script: Script, **more: Any) -> tuple[LanguageModel, Scripted]:
    """A language model on this machine that answers by a script."""
    chat = Scripted(script=script, sent=[])
    return LanguageModel("openai:scripted@http://127.0.0.1:9/v1", chat=chat, **more), chat


Completion = Callable[[dict[str, Any]], "tuple[int, Any]"]
"""From a request's JSON to a status and the message's content."""


class Server:
    """A server of the OpenAI protocol on a free port of loopback."""

    def __init__(self, complete: Completion) -> None:
        self.requests: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append(request)
                status, content = complete(request)
                body = {
                    "id": "1", "object": "chat.completion", "created": 0, "model": request["model"],
                    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
                    "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
                } if status == 200 else {"error": {"message": "secret of the server", "type": "x"}}  # fmt: skip
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def setting(self) -> str:
        """The setting that names this server."""
        return f"openai:tiny@http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def with_model(assistant: Assistant, model: LanguageModel) -> Assistant:
    """The same store with a model."""
    return Assistant(assistant.store, model=model)
