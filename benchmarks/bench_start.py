"""How long `hebah up` takes from the command to the first good answer of /ready, when it has run before."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from runner import Metric, run, scratch
from waiting import seconds_until_ready

HEBAH = Path(sys.executable).with_name("hebah")
STOP_WITHIN_S = 30


def once(_number: int) -> float:
    """A cold start that fills the folder, and the warm start that counts."""
    with scratch() as folder:
        start(folder)
        return start(folder)


def start(folder: Path) -> float:
    """Start, wait until it is ready, stop; gives the seconds until it was ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("HEBAH", "DATABASE", "DB_"))
    }
    began = time.perf_counter()
    with subprocess.Popen(
        [HEBAH, "up"],
        env={**environment, "HEBAH_HOME": str(folder / "home"), "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        took = seconds_until_ready(port, began)
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_WITHIN_S)
    return took


if __name__ == "__main__":
    run("start", Metric("start_warm_s", "s", "<= 3"), once)
