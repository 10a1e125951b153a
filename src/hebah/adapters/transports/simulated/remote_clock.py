"""The clock of a gateway whose time belongs to a network in another process."""

import asyncio

from hebah.adapters.transports.simulated.socket import NetworkConnection
from hebah.adapters.transports.simulated.time import PartyClock


class RemoteClock(PartyClock):
    """Follows the stepped time of the network at the other end of the connection, and reports when idle.

    The connection must name a party. Time stands still here while the connection is down.
    """

    def __init__(self, connection: NetworkConnection) -> None:
        super().__init__()
        self.connection = connection
        self._is_joined = asyncio.Event()
        connection.keep_time(self)

    async def joined(self) -> None:
        """Return once the network has told the time; put a deadline around it."""
        await self._is_joined.wait()

    def follow(self, step: int, now: int) -> None:
        """The network has told the time."""
        self._is_joined.set()
        super().follow(step, now)

    def _report(self, next_due: int | None) -> None:
        self.connection.report_idle(self.step, next_due)

    def _retract(self) -> None:
        self.connection.report_busy()
