"""`hebah gateway`: one more gateway in a process of its own. It loads nothing of the web, so it is up again quickly."""

import asyncio
from collections.abc import Mapping

import uvloop

from hebah.app import gateway, wiring
from hebah.app.metrics_port import open_metrics_port
from hebah.app.settings import Settings, read_settings
from hebah.app.stopping import stop_signals
from hebah.foundation import garbage, logging


async def run(settings: Settings) -> None:
    """Hold devices beside a running Hebah until told to stop."""
    url = wiring.found_storage(settings)
    with stop_signals() as stop:
        async with (
            wiring.open_hebah(wiring.beside(settings), url) as hebah,
            open_metrics_port(hebah),
            asyncio.TaskGroup() as tasks,
        ):
            garbage.settle()
            time = tasks.create_task(wiring.keep_time(hebah))
            await gateway.run(wiring.gateway_parts(hebah), stop)
            time.cancel()


def main(environment: Mapping[str, str] | None = None) -> None:
    """The whole life of a supervised child: its supervisor reads what went wrong in its log."""
    settings = read_settings(environment)
    logging.configure(as_json=settings.log_json, level=settings.log_level)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(settings))
