"""Runs a network in a process of its own: `python -m tests.network --folder F --socket S`. Ends with its parent."""

import argparse
import asyncio
import gc
import os
import signal
import stat
from pathlib import Path

import uvloop

from tests.network.control import ControlServer
from tests.network.network import Network

_STDIN, _STDOUT = 0, 1
_RARELY = (50_000, 50, 100)


async def serve(folder: Path, socket: Path, port: int) -> None:
    """Until the process is told to end, or nobody holds its standard input any more."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    if stat.S_ISFIFO(os.fstat(_STDIN).st_mode) or stat.S_ISSOCK(os.fstat(_STDIN).st_mode):
        loop.add_reader(_STDIN, _at_end, loop, over)
    async with Network(folder, port) as network:
        # Thousands of devices are long-lived objects: looking through all of them often costs more than they are worth.
        gc.freeze()
        gc.set_threshold(*_RARELY)
        await ControlServer(network, socket).serve(over, _tell_parent)


def _at_end(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    if not os.read(_STDIN, 1):
        loop.remove_reader(_STDIN)
        over.set()


def _tell_parent() -> None:
    os.write(_STDOUT, b"ready\n")


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.network", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="gets the certificates and the settings file")
    parser.add_argument("--socket", type=Path, required=True, help="where to serve the controls")
    parser.add_argument("--port", type=int, default=0, help="where devices connect; 0 takes any that is free")
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    uvloop.run(serve(told.folder, told.socket, told.port))


if __name__ == "__main__":
    main()
