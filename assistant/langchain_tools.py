"""The trials for other people's agents in LangChain: a retriever of passages, and the tools of `assistant.tools`.

    from assistant import Assistant
    from assistant.langchain_tools import retriever, tools

    assistant = Assistant.open()
    documents = retriever(assistant, k=4).invoke("platelet count")
    agent = langchain.agents.create_agent(model, tools(assistant))

langchain_core is loaded when one of the two is called, not before.
"""

from typing import TYPE_CHECKING, Any

from assistant.api import Assistant
from assistant.results import Citation
from assistant.tools import TOOLS, FoundPassage, Search, Tool, arguments, search_trials, wrong
from index.errors import TrialmatchError
from index.text import Frozen

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.tools import BaseTool


def retriever(assistant: Assistant, *, k: int = 8, trials: tuple[str, ...] | None = None) -> "BaseRetriever":
    """A retriever of at most `k` passages, of these trials (ids) alone if given.

    `page_content` is the passage verbatim; `metadata` holds trial, title, section, criterion (None outside the lists), document,
    start, end and score. Invoking it raises UnknownTrial for a trial that is not there.
    """
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    class TrialRetriever(BaseRetriever):
        """Passages of the indexed trial documents, best first."""

        def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
            found = search_trials(assistant, Search(query=query, trials=trials, k=k))
            return [Document(page_content=p.citation.quote, metadata=_metadata(p, p.citation)) for p in found.passages]

    return TrialRetriever(tags=["trialmatch"])


def tools(assistant: Assistant) -> "list[BaseTool]":
    """Every tool, for `create_agent` or a model's `bind_tools`.

    The content of a tool's message is the result as JSON, its artifact the result itself. What cannot be done comes back as a message
    with status "error" that says what to do instead.
    """
    return [_structured(assistant, tool) for tool in TOOLS]


def _structured(assistant: Assistant, tool: Tool) -> "BaseTool":
    from langchain_core.tools import StructuredTool, ToolException
    from pydantic import ValidationError

    def run(**given: Any) -> tuple[str, Frozen]:
        try:
            result = tool.run(assistant, arguments(tool.arguments, given))
        except TrialmatchError as error:
            raise ToolException(str(error)) from error
        return result.model_dump_json(), result

    def refused(error: Any) -> str:
        return wrong(error.errors(include_input=False, include_url=False)) if isinstance(error, ValidationError) else "The arguments cannot be used."

    return StructuredTool.from_function(
        run,
        name=tool.name,
        description=tool.description,
        args_schema=tool.arguments,
        response_format="content_and_artifact",
        handle_tool_error=True,
        handle_validation_error=refused,
    )


def _metadata(passage: FoundPassage, cited: Citation) -> dict[str, Any]:
    return passage.model_dump(exclude={"citation"}) | {"document": cited.document, "start": cited.start, "end": cited.end}
