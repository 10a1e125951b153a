"""`hebah gateway`: one more gateway in a process of its own. It loads nothing of the web, so it is up again quickly."""

import asyncio
from dataclasses import replace

import uvloop

from hebah.app import gateway, wiring
from hebah.app.settings import Settings, read_settings
from hebah.app.stopping import stop_signals
from hebah.foundation import logging


async def run(settings: Settings) -> None:
    """Hold devices beside a running Hebah until told to stop."""
    if settings.simulated_socket is None:
        # The pretended network lives in the process of `hebah up`; a second one would know none of its phones.
        shared = wiring.simulated_socket(settings)
        settings = replace(settings, simulated=False, simulated_socket=shared if shared.is_socket() else None)
    with stop_signals() as stop:
        async with wiring.open_hebah(settings, wiring.found_storage(settings)) as hebah, asyncio.TaskGroup() as tasks:
            time = tasks.create_task(wiring.keep_time(hebah))
            await gateway.run(wiring.gateway_parts(hebah), stop)
            time.cancel()


def main() -> None:
    """The whole life of a supervised child: its supervisor reads what went wrong in its log."""
    settings = read_settings()
    logging.configure(as_json=settings.log_json, level=settings.log_level)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(settings))
