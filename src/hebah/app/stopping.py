"""How a process is told to stop, by SIGTERM or Ctrl-C, and ends in order."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator

import structlog

_log = structlog.get_logger(__name__)


@contextlib.contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set; a second one ends the process at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def on_signal(number: signal.Signals) -> None:
        _log.info("stopping", signal=number.name)
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


@contextlib.contextmanager
def cancelled_by_signals() -> Iterator[None]:
    """Cancel the task that is inside on SIGINT or SIGTERM, once; more of them do not disturb the cleaning up."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    told = asyncio.Event()

    def on_signal() -> None:
        if not told.is_set():
            told.set()
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
