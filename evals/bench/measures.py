"""The measurements. Each takes the run's settings and gives figures; what cannot be measured here says why."""

import gc
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from evals.bench import process, sample
from evals.bench.figures import Figure, Point, of, percentile

if TYPE_CHECKING:
    from assistant import Assistant

AS_OF = date(2026, 11, 20)


@dataclass
class Setting:
    """Where and how much is measured. `scratch` is emptied by the caller; `say` shows a line of progress."""

    scratch: Path
    data: Path | None
    quick: bool = False
    full: bool = False
    say: Callable[[str], None] = lambda _: None
    growth: list[Point] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def runs(self) -> int:
        """How often each thing is measured."""
        return 3 if self.quick else 5

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of trials that are checked."""
        return (10, 100) if self.quick else (10, 100, 1000, 4500) if self.full else (10, 100, 1000)

    @property
    def seeds(self) -> Path:
        """The folder of the seeds' store, which `indexing` makes."""
        return self.scratch / "seeds"

    @property
    def note(self) -> Path:
        """A file that holds the note."""
        path = self.scratch / "note.txt"
        path.write_text(sample.NOTE, encoding="utf-8")
        return path


@contextmanager
def _timed(into: list[float]) -> Iterator[None]:
    gc.collect()
    began = time.perf_counter()
    yield
    into.append(time.perf_counter() - began)


def indexing(setting: Setting) -> list[Figure]:
    """The seeds read, compiled, embedded and indexed, against the bare embedding of the same passages in the same run."""
    from assistant import Assistant
    from assistant.settings import SEEDS
    from evals.bench.embedders import Recording
    from index.embeddings import embedder

    model = embedder()
    setting.say("loading the embedding model")
    loading: list[float] = []
    with _timed(loading):
        model.embed_query("warm")
    seeds = sorted(path for path in SEEDS.iterdir() if path.suffix == ".txt")
    ingesting, whole, bare, inside = list[float](), list[float](), list[float](), list[float]()
    count = 0
    for n in range(setting.runs):
        setting.say(f"indexing the seeds ({n + 1} of {setting.runs})")
        shutil.rmtree(setting.seeds, ignore_errors=True)
        assistant = Assistant.open(setting.seeds, embedder=model, fill=False)
        with _timed(ingesting):
            assistant.ingest(seeds)
        assistant.close()
        Assistant.rebuild(setting.seeds).close()
        recording = Recording(model)
        assistant = Assistant.open(setting.seeds, embedder=recording)  # fills the records of the empty store, and nothing else
        with _timed(whole):
            assistant.complete()
        assistant.close()
        with _timed(bare):
            model.embed_passages(recording.texts)
        inside.append(recording.seconds)
        count = len(recording.texts)
    group = "Indexing"
    return [
        of(group, "load the embedding model", "s", loading),
        of(group, "passages embedded, bare model", "passages/s", [count / t for t in bare], note=f"{count} passages of the five seeds"),
        of(group, "passages embedded and indexed", "passages/s", [count / t for t in whole]),
        of(
            group,
            "indexing / bare embedding",
            "x",
            [a / b for a, b in zip(whole, inside, strict=True)],
            target=1.3,
            note="against the model's share of the same run",
        ),
        of(group, "ingest of the seeds", "trials/s", [len(seeds) / t for t in ingesting], note="read, compile, embed, index"),
    ]


def commands(setting: Setting) -> list[Figure]:
    """Every command as a whole process on the indexed seeds."""
    at = ("--store", str(setting.seeds))
    as_of = ("--as-of", AS_OF.isoformat())
    light: dict[str, tuple[str, ...]] = {
        "--help": ("--help",),
        "list": ("list", *at),
        "show": ("show", "001", *at),
        "match": ("match", str(setting.note), *as_of, *at),
        "ask, from the record": ("ask", sample.QUESTIONS[sample.FROM_RECORD], *as_of, *at),
    }
    heavy: dict[str, tuple[str, ...]] = {"ask, with a search": ("ask", sample.QUESTIONS[sample.BY_SEARCH], *as_of, *at)}
    found: list[Figure] = []
    for name, arguments in (light | heavy).items():
        runs = 1 if name in heavy and setting.quick else setting.runs
        setting.say(f"whole process: {name}")
        if name == "match":
            process.run(*arguments)  # the first one reads the bytecode and the store from the disk
        costs = [process.run(*arguments) for _ in range(runs)]
        target = 1.0 if name == "match" else None
        cpu, memory = min(c.cpu for c in costs), max(c.memory for c in costs)
        note = f"processor {cpu:.2f} s, memory {memory:.0f} MB"
        found.append(of("Whole process", name, "s", [c.wall for c in costs], target=target, note=note))
        found.append(of("Whole process", f"{name}, processor", "s", [c.cpu for c in costs]))
    return found


def warm(setting: Setting) -> list[Figure]:
    """Calls in a running process on the seeds."""
    from assistant import Assistant

    assistant = Assistant.open(setting.seeds)
    rounds = 3 if setting.quick else 10
    setting.say("warm: match and ask")
    first, asked, matched = list[float](), list[float](), list[float]()
    with _timed(first):
        assistant.ask(sample.QUESTIONS[0], as_of=AS_OF)
    for question in sample.QUESTIONS:
        assistant.ask(question, as_of=AS_OF)
    assistant.match(sample.NOTE, as_of=AS_OF)
    for _ in range(rounds):
        for question in sample.QUESTIONS:
            with _timed(asked):
                assistant.ask(question, as_of=AS_OF)
        with _timed(matched):
            assistant.match(sample.NOTE, as_of=AS_OF)
    assistant.close()
    group = "Running process"
    return [
        of(group, "first ask after opening", "ms", [t * 1000 for t in first]),
        of(group, "ask, median", "ms", [t * 1000 for t in asked], target=100, note=f"{len(sample.QUESTIONS)} questions, {rounds} times each"),
        of(group, "ask, 95th percentile", "ms", [percentile(asked, 0.95) * 1000]),
        of(group, "match, median", "ms", [t * 1000 for t in matched], note="five seeds"),
        of(group, "match, 95th percentile", "ms", [percentile(matched, 0.95) * 1000]),
    ]


def scale(setting: Setting) -> list[Figure]:
    """Reading, ingesting, checking and asking over more and more trials of the registry sample."""
    if setting.data is None or not setting.data.joinpath(*sample.SAMPLE).is_file():
        setting.left_out.append("growth with the number of trials: the registry sample is not there (--data DIR, or TRIALMATCH_EVAL_DATA)")
        return []
    from assistant import Assistant
    from evals.bench.embedders import Free

    records = sample.records(setting.data, setting.sizes[-1])
    files, store = setting.scratch / "files", setting.scratch / "registry"
    files.mkdir()
    found, done = [_compiling(setting, records[:100])], 0
    for size in setting.sizes:
        if size > len(records):
            setting.left_out.append(f"{size} trials: the sample holds {len(records)}")
            break
        setting.say(f"{size} trials: ingest")
        for name, text in records[done:size]:
            (files / name).write_text(text, encoding="utf-8")
        assistant = Assistant.open(store, embedder=Free(), fill=False)
        ingesting: list[float] = []
        with _timed(ingesting):
            result = assistant.ingest([files])
        assistant.close()
        found.append(
            of("Growth", f"ingest up to {size} trials", "trials/s", [len(result.added) / t for t in ingesting], note="without the model's time")
        )
        found += _at(setting, store, size)
        done = size
    return found


def _compiling(setting: Setting, records: list[tuple[str, str]]) -> Figure:
    from assistant import Assistant

    setting.say(f"reading and compiling {len(records)} trials")
    Assistant.read(*records[0])
    runs: list[float] = []
    for _ in range(1 if setting.quick else 3):
        with _timed(runs):
            criteria = sum(len(trial.criteria) for record in records for trial in Assistant.read(*record))
    note = f"{len(records)} eligibility texts, {criteria} criteria"
    return of("Growth", "read and compile", "trials/s", [len(records) / t for t in runs], note=note)


def _at(setting: Setting, store: Path, size: int) -> list[Figure]:
    """A store of `size` trials: opened, read, checked and asked; and `match` as a whole process on it."""
    from assistant import Assistant
    from evals.bench.embedders import Free

    setting.say(f"{size} trials: check")
    before = process.resident()
    assistant = Assistant.open(store, embedder=Free(), fill=False)
    reading, first, again = list[float](), list[float](), list[float]()
    with _timed(reading):
        assistant.trials()
    with _timed(first):
        assistant.match(sample.NOTE, as_of=AS_OF)
    for _ in range(setting.runs):
        with _timed(again):
            assistant.match(sample.NOTE, as_of=AS_OF)
    memory = process.resident() - before
    asked, first_ask = _asking(setting, assistant, size)
    assistant.close()
    setting.say(f"{size} trials: match as a whole process")
    costs = [
        process.run("match", str(setting.note), "--as-of", AS_OF.isoformat(), "--json", "--store", str(store)) for _ in range(min(3, setting.runs))
    ]
    target = 1.0 if size == 1000 else None
    values = {"match, warm": again, "match, first": first, "read from the store": reading, "first ask": [first_ask], "ask, warm": asked}
    group = "Growth"
    found = [of(group, f"{name}, {size} trials", "s", runs, target=target if "match" in name else None) for name, runs in values.items()]
    found.append(
        of(group, f"match as a whole process, {size} trials", "s", [c.wall for c in costs], note=f"memory {max(c.memory for c in costs):.0f} MB")
    )
    found.append(of(group, f"memory of {size} trials", "MB", [memory], note="read and checked, in a process that runs already"))
    setting.growth += [Point(series=figure.name.rpartition(",")[0], trials=size, value=figure.value) for figure in found[:-1]]
    return found


def _asking(setting: Setting, assistant: "Assistant", size: int) -> tuple[list[float], float]:
    """(seconds of each question when asked again, seconds of the first question of all)."""
    setting.say(f"{size} trials: ask")
    first, again = list[float](), list[float]()
    with _timed(first):
        assistant.ask(sample.QUESTIONS[1], as_of=AS_OF)
    for question in sample.QUESTIONS[1:]:
        assistant.ask(question, as_of=AS_OF)
        with _timed(again):
            assistant.ask(question, as_of=AS_OF)
    return again, first[0]


def page(setting: Setting) -> list[Figure]:
    """The chat page in a process of its own."""
    if setting.quick:
        setting.left_out.append("the page's start and memory (--quick)")
        return []
    setting.say("opening the page")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    seconds, memory = process.page(setting.seeds, port)
    return [
        of("Page", "until it answers", "s", [seconds]),
        of("Page", "memory", "MB", [memory], target=1500, note="resident, before the first question"),
    ]


ALL: tuple[Callable[[Setting], list[Figure]], ...] = (indexing, commands, warm, scale, page)
"""In this order: the first makes the store that the others use."""
