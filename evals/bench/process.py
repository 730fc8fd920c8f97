"""A command as a whole process: wall time, processor time, peak memory."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Failed(RuntimeError):
    """A command that did not end well; the message holds the end of what it said."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`wall` and `cpu` in seconds, `memory` (peak, resident) in MB."""

    wall: float
    cpu: float
    memory: float


# The command tells its own peak at the end: what the system reports for a child counts this process's memory too.
_COMMAND = """
import re, sys
from assistant.cli import main
code = 1
try:
    code = main(sys.argv[1:])
except SystemExit as ended:
    code = ended.code or 0
try:
    print("\\npeak", re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
except OSError:
    pass
sys.exit(code)
"""


def run(*arguments: str) -> Cost:
    """Runs a `trialmatch` command to its end. Raises Failed."""
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", _COMMAND, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
        assert child.stderr is not None
        said = child.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if child.returncode:
        raise Failed(f"{arguments[0]}: {said.partition(chr(10) + 'peak')[0][-300:].strip()}")
    peak = re.search(r"^peak (\d+)$", said, re.MULTILINE)
    return Cost(wall, usage.ru_utime + usage.ru_stime, int(peak[1]) / 1024 if peak else 0.0)


def page(store: Path, port: int, patience: float = 120.0) -> tuple[float, float]:
    """Opens the chat page in a process of its own: (seconds until it answers, its resident memory in MB then). Raises Failed."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "assistant.cli", "ui", "--store", str(store), "--port", str(port)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < patience and child.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    answer.read()
                return time.perf_counter() - began, resident(child.pid)
            except OSError:
                time.sleep(0.2)
        raise Failed("the page did not open")
    finally:
        child.terminate()
        child.wait(20)


def resident(pid: int | None = None) -> float:
    """Resident memory of a process (this one by default) in MB; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid or 'self'}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s*(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0
