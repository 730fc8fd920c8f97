"""kill -9 at twenty random moments of an ingest: what was acknowledged is there, nothing twice, the rest completes."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def test_twenty_kills_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.index.kills", str(tmp_path / "store"), "20"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-2000:]
    assert "all there once" in done.stdout
