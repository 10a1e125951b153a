"""How long a newcomer waits: from a fresh clone, by `make demo`, to the first good answer of /ready.

Packages come from wherever pip and npm find them, their caches included, as on the machine it runs on.
"""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from runner import ROOT, Metric, run, scratch
from waiting import seconds_until_ready

STOP_WITHIN_S = 60


def once(_number: int) -> float:
    """Clone, start, wait, stop."""
    with scratch() as folder:
        clone = folder / "hebah"
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        ours = ("HEBAH", "DATABASE", "DB_", "VIRTUAL_ENV")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        began = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        return demo(clone, {**environment, "PORT": str(port)}, port, began)


def demo(clone: Path, environment: dict[str, str], port: int, began: float) -> float:
    """Run `make demo` in the clone until it is ready."""
    with subprocess.Popen(
        ["make", "demo"],
        cwd=clone,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return seconds_until_ready(port, began)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(STOP_WITHIN_S)


if __name__ == "__main__":
    run("demo", Metric("demo_fresh_s", "s", "<= 90"), once)
