"""The command line: `trialmatch`. Exit code 0 on success, 2 on bad input with one line on standard error, 1 on a fault of ours."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, get_args

from assistant.api import Assistant, Note
from assistant.results import Silence
from assistant.settings import Settings
from index.errors import InputError, TrialmatchError, UnreadableNote
from index.trials import Trial

if TYPE_CHECKING:
    from index.build import Progress


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    try:
        chosen = _parser().parse_args(arguments)
        code: int = chosen.run(chosen)
        sys.stdout.flush()
        return code
    except TrialmatchError as error:
        return _complain(str(error), 2)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone, as `head` does
        return 0
    except Exception as error:
        if os.environ.get("TRIALMATCH_DEBUG"):
            raise
        return _complain(f"fault in the program ({type(error).__name__}: {error}). Set TRIALMATCH_DEBUG=1 to see where.", 1)


def _complain(message: str, code: int) -> int:
    print(f"trialmatch: {' '.join(message.split())}", file=sys.stderr)
    return code


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message[:1].upper()}{message[1:]}.", f"See: {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="trialmatch", description="Clinical-trial criteria against a patient's note, every verdict with its quotes.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    def command(name: str, run: Any, help: str, *, store: bool = True, as_json: bool = False) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help)
        added.set_defaults(run=run)
        if store:
            added.add_argument("--store", metavar="DIR", type=Path, help="folder of the store (default: TRIALMATCH_STORE or the user's data folder)")
        if as_json:
            added.add_argument("--json", action="store_true", help="as JSON")
        return added

    ingest = command("ingest", _ingest, "Read trial documents into the store.")
    ingest.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="files and folders")
    ingest.add_argument("--rebuild", action="store_true", help="empty the store first, whatever filled it")

    command("list", _list, "List the trials in the store.", as_json=True)

    show = command("show", _show, "Show a trial's record, each criterion with its compiled condition.", as_json=True)
    show.add_argument("trial", metavar="TRIAL", help="id, NCT number, or the beginning of an id")

    ask = command("ask", _ask, "Answer a question about the trials, with citations.", as_json=True)
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument("--as-of", metavar="DATE", type=_date, help="reference date, as 2026-11-20 (default: today)")

    match = command("match", _match, "Check a patient against the trials.")
    match.add_argument("note", metavar="NOTE", help="a text file or a FHIR bundle (JSON); - for standard input")
    match.add_argument("--as-of", metavar="DATE", type=_date, help="reference date, as 2026-11-20 (default: today)")
    match.add_argument("--trial", metavar="ID", action="append", help="this trial only; may be given several times")
    match.add_argument(
        "--silence", choices=get_args(Silence), default="unknown", help="what a note's silence on an exclusion means (default: unknown)"
    )
    form = match.add_mutually_exclusive_group()
    for name in ("json", "markdown", "csv", "fhir"):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name)

    evaluate = command("eval", _eval, "Run the evaluation suites.", store=False)
    evaluate.add_argument("suites", metavar="SUITE", nargs="*", help="default: all")
    evaluate.add_argument("--out", metavar="DIR", type=Path, help="folder for the report")

    ui = command("ui", _ui, "Open the chat page.")
    ui.add_argument("--host", default="127.0.0.1")
    ui.add_argument("--port", type=int, default=7860)
    return parser


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2026-11-20") from None


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _ingest(chosen: argparse.Namespace) -> int:
    assistant = Assistant.rebuild(chosen.store) if chosen.rebuild else Assistant.open(chosen.store, fill=False)
    with _ProgressBar() as progress:
        result = assistant.ingest(chosen.paths, progress)
    for failure in result.failed:
        _complain(f"{failure.source}: {failure.why}", 2)
    if result.failed and not (result.added or result.updated or result.unchanged):
        return 2
    print(f"{len(result.added)} added, {len(result.updated)} updated, {len(result.unchanged)} unchanged, {len(result.failed)} not read.")
    for id_ in result.updated:
        print(f"updated: {id_}")
    return 0


def _list(chosen: argparse.Namespace) -> int:
    from assistant.report.record import listing

    trials = Assistant.open(chosen.store).trials()
    if chosen.json:
        _print_json([_summary(trial) for trial in trials])
    else:
        sys.stdout.write(listing(trials))
    return 0


def _summary(trial: Trial) -> dict[str, Any]:
    from assistant.report.record import compiled

    stated = trial.model_dump(mode="json", include={"id", "nct_id", "title", "source", "layout", "has_eligibility_list"})
    return stated | {"criteria": len(trial.criteria), "not_compiled": sum(not compiled(c) for c in trial.criteria)}


def _show(chosen: argparse.Namespace) -> int:
    from assistant.report.record import record

    trial = Assistant.open(chosen.store).trial(chosen.trial)
    if chosen.json:
        _print_json(trial.model_dump(mode="json"))
    else:
        sys.stdout.write(record(trial))
    return 0


def _ask(chosen: argparse.Namespace) -> int:
    answer = Assistant.open(chosen.store).ask(chosen.question, as_of=chosen.as_of)
    if chosen.json:
        _print_json(answer.model_dump(mode="json"))
        return 0
    print(answer.text)
    for c in answer.citations:
        print(f"[{c.n}] {c.trial}, {c.document} {c.start}-{c.end}: “{c.quote}”")
    return 0


def _match(chosen: argparse.Namespace) -> int:
    note = _read_note(chosen.note)
    report = Assistant.open(chosen.store).match(note, as_of=chosen.as_of, trials=chosen.trial, silence=chosen.silence)
    if chosen.form == "json":
        print(report.model_dump_json(indent=2))  # ten times as fast as json.dumps, and the same text
        return 0
    from assistant.report import FORMATS

    form = chosen.form or "text"
    if form not in FORMATS:
        raise InputError(f"Reports cannot be written as {form} yet.", f"Choose one of: json, {', '.join(FORMATS)}.")
    sys.stdout.write(FORMATS[form](report))
    return 0


def _read_note(name: str) -> Note:
    """A note's text, or a bundle where the text is a JSON object."""
    try:
        data = (
            sys.stdin.buffer.read()
            if name == "-" and hasattr(sys.stdin, "buffer")
            else sys.stdin.read().encode()
            if name == "-"
            else Path(name).read_bytes()
        )
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableNote(f"The note {name} cannot be opened ({error.strerror}).", "Give a file, or - for standard input.") from error
    except UnicodeDecodeError as error:
        raise UnreadableNote(f"The note {name} is no UTF-8 text.", "Save it as plain text in UTF-8.") from error
    if text.lstrip().startswith("{"):
        try:
            bundle = json.loads(text)
        except ValueError:
            if name.endswith(".json"):
                raise UnreadableNote(f"The note {name} is no valid JSON.", "Give a FHIR bundle, or a text.") from None
            return text
        if isinstance(bundle, dict):
            return bundle
    return text


def _eval(chosen: argparse.Namespace) -> int:
    from evals.command import main as evaluate

    return evaluate([*chosen.suites, *(["--out", str(chosen.out)] if chosen.out else [])])


def _ui(chosen: argparse.Namespace) -> int:
    from assistant.ui import launch

    settings = Settings.read()
    assistant = Assistant.open(chosen.store)
    with _ProgressBar() as progress:
        assistant.complete(progress)
    if chosen.host not in ("127.0.0.1", "localhost", "::1") and not settings.password:
        _complain("the page is open to the network without a password. Set TRIALMATCH_USER and TRIALMATCH_PASSWORD.", 0)
    print(f"{len(assistant.trials())} trials. The chat is on http://{chosen.host}:{chosen.port} (Ctrl-C stops it).", flush=True)
    launch(assistant, host=chosen.host, port=chosen.port, user=settings.user, password=settings.password)
    return 0


class _ProgressBar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> "Progress | None":
        if not sys.stderr.isatty():
            return None
        from rich.console import Console
        from rich.progress import Progress as Bar

        self._bar = Bar(console=Console(stderr=True), transient=True)
        self._bar.start()
        return self._show

    def _show(self, step: str, done: int, total: int) -> None:
        if step not in self._tasks:
            self._tasks[step] = self._bar.add_task(step, total=total)
        self._bar.update(self._tasks[step], completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


if __name__ == "__main__":
    sys.exit(main())
