"""A gateway process that opens one link, takes messages without acknowledging them, and then waits to be killed."""

import asyncio
import sys
from pathlib import Path

from hebah.adapters.transports.simulated.remote_clock import RemoteClock
from hebah.adapters.transports.simulated.socket import NetworkConnection
from hebah.adapters.transports.simulated.transport import SimulatedTransport
from hebah.foundation.clock import Clock, SystemClock
from hebah.gateway.incoming import MessageArrived
from tests.unit.simulated.world import device


async def main(path: Path, party: str | None) -> None:
    async with NetworkConnection(path, party) as connection:
        clock: Clock = SystemClock() if party is None else RemoteClock(connection)
        await connection.connected()
        async with SimulatedTransport(connection, clock) as transport:
            link = await transport.open(device(1), 1)
            async for event in link.events():
                if isinstance(event, MessageArrived):
                    sys.stdout.write(event.said.body + "\n")
                    sys.stdout.flush()


asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None))
