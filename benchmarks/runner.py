"""Runs one benchmark several times and writes what it measured, on which machine and of which commit."""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hebah.foundation.clock import SystemClock

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).parent.parent
FEWEST_RUNS = 3


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured: its name, its unit, and what it has to reach, such as `>= 20000`; empty: nothing."""

    name: str
    unit: str
    target: str = ""

    def is_met_by(self, value: float) -> bool:
        """Whether a value reaches the target."""
        if not self.target:
            return True
        relation, _, bound = self.target.partition(" ")
        return value >= float(bound) if relation == ">=" else value <= float(bound)


def run(benchmark: str, metric: Metric, once: Callable[[int], float], runs: int = FEWEST_RUNS) -> None:
    """Measure `runs` times, each run counted from 0, and report."""
    values = []
    for number in range(runs):
        values.append(once(number))
        print(f"{metric.name}: run {number + 1} of {runs}: {values[-1]:,.1f} {metric.unit}", file=sys.stderr)
    report(benchmark, {metric: values})


def report(benchmark: str, measured: Mapping[Metric, Sequence[float]]) -> None:
    """Write `results/<benchmark>.json` and say on standard output what it holds."""
    found = {
        "benchmark": benchmark,
        "machine": machine(),
        "commit": commit(),
        "date": SystemClock().now().date().isoformat(),
        "metrics": {metric.name: _summary(metric, values) for metric, values in measured.items()},
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{benchmark}.json").write_text(json.dumps(found, indent=2) + "\n")
    for metric, values in measured.items():
        median = statistics.median(values)
        word = "met" if metric.is_met_by(median) else "MISSED"
        print(
            f"{metric.name}: median {median:,.1f} {metric.unit}, {min(values):,.1f} to {max(values):,.1f}"
            f" in {len(values)} runs" + (f"; target {metric.target}: {word}" if metric.target else "")
        )


def machine() -> dict[str, object]:
    """What the figures depend on; never the machine's name."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def commit() -> str:
    """The commit that was measured; `+` behind it says that files had been changed since."""
    head = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    if head.returncode != 0:
        return "unknown"
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=no", "--", "src"], cwd=ROOT, capture_output=True, text=True
    )
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on a disk (never in memory) that the database's account can enter, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hebah-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


def _summary(metric: Metric, values: Sequence[float]) -> dict[str, object]:
    return {
        "unit": metric.unit,
        "median": round(statistics.median(values), 2),
        "min": round(min(values), 2),
        "max": round(max(values), 2),
        "runs": len(values),
        **({"target": metric.target} if metric.target else {}),
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.processor() or "unknown"
