"""A worker that starts the campaigns that are due, on the database named first, and dies at the place named second."""

import asyncio
import sys
from datetime import datetime

from hebah.campaigns import jobs
from hebah.foundation.clock import ManualClock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.postgres import Database


async def main(url: str, order: str, now: datetime) -> None:
    async with await Database.connect(url) as database:
        await jobs.launch_due(database, ManualClock(now), CrashPoints.at(order))


asyncio.run(main(sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3])))
