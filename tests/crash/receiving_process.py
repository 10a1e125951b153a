"""A gateway's receiving part in a process of its own, fed and told by a socket, that may be told where to die.

From it comes one delivery a line, as `Delivery.line` of the test writes it; back goes the id of each that it
acknowledges. Only the network is played: the claim of the devices, the receiver and its transactions are the real ones.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from hebah.devices.actions import held
from hebah.foundation.clock import SystemClock
from hebah.foundation.crashpoints import CrashPoints
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from hebah.gateway.incoming import HistoryOutcome, LinkEvent, MediaAsked, MediaOutcome, MessageArrived
from hebah.gateway.leases import Lease, Tenure
from hebah.gateway.outgoing import Command, CommandOutcome, Outgoing, SendOutcome
from hebah.gateway.receiver import Receiver
from hebah.messaging.chataddress import Alias
from hebah.messaging.said import MessageKind, Said

NO_LIMIT = 10_000


class Pipe:
    """The link of every device: what it acknowledges is told to the network."""

    def __init__(self, network: asyncio.StreamWriter) -> None:
        self._network = network

    async def acknowledge(self, event: LinkEvent) -> None:
        self._network.write(f"{event.event_id}\n".encode())

    async def send(self, message: Outgoing) -> SendOutcome:
        raise NotImplementedError

    async def do(self, command: Command) -> CommandOutcome:
        raise NotImplementedError

    async def fetch_media(self, wanted: MediaAsked) -> MediaOutcome:
        raise NotImplementedError

    async def fetch_history(self, ref: bytes) -> HistoryOutcome:
        raise NotImplementedError

    def events(self) -> AsyncIterator[LinkEvent]:
        raise NotImplementedError

    async def logout(self) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


def receive(url: str, order: str, network: socket.socket) -> None:
    """Be a gateway on that database until the network has no more."""
    asyncio.run(_receive(url, order, network))


async def _receive(url: str, order: str, network: socket.socket) -> None:
    crashpoint = CrashPoints.at(order) if order else CrashPoints.none()
    async with await Database.connect(url, max_connections=2) as db:
        leases = await claim_all(db)
        receiver = Receiver(db, SystemClock(), crashpoint)
        lines, answers = await asyncio.open_connection(sock=network)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(receiver.run())
            async for line in lines:
                delivery = json.loads(line)
                await receiver.put(leases[UUID(delivery["device"])], Pipe(answers), arrived(delivery))
            receiver.close()
        answers.close()


async def claim_all(db: Database) -> Mapping[UUID, Lease]:
    """Every device; their former holder has been killed, and its lease ends here rather than in a while."""
    tenure = Tenure(make_id(), timedelta(hours=1))
    async with db.transaction() as tx:
        await tx.execute("UPDATE worker SET expires_at = clock_timestamp()")
        await tx.execute(
            "INSERT INTO worker (id, host, pid, version, roles, started_at, expires_at)"
            " VALUES ($1, 'test', 1, '0', '{gateway}', clock_timestamp(), clock_timestamp() + interval '1 hour')",
            tenure.worker_id,
        )
        devices = await held.claim(tx, tenure.worker_id, ["simulated"], NO_LIMIT, SystemClock().now())
    return {device.id: Lease(device, tenure) for device in devices}


def arrived(delivery: Mapping[str, str]) -> MessageArrived:
    """The delivery as a transport brings it."""
    aliases = (Alias(delivery["phone"], delivery["lid"]),) if delivery["phone"] else ()
    return MessageArrived(
        event_id=delivery["id"],
        chat=delivery["chat"],
        sender=delivery["chat"],
        wire_id=delivery["wire_id"],
        at=datetime.fromisoformat(delivery["at"]),
        from_me=False,
        said=Said(MessageKind.TEXT, delivery["body"]),
        aliases=aliases,
    )
