"""The transport to WhatsApp linked devices: which companion has which device, and the way to it."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from uuid import UUID

from hebah.adapters.transports.companion import outward
from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.adapters.transports.companion.capabilities import capabilities
from hebah.adapters.transports.companion.link import CompanionLink
from hebah.adapters.transports.companion.linking import Linking
from hebah.adapters.transports.companion.settings import CompanionSettings
from hebah.adapters.transports.companion.shard import CLOSED, Shard
from hebah.foundation.errors import Unavailable
from hebah.gateway.transport import Capabilities, DeviceRef, Link, LinkMethod, LinkStep

NAME = "companion"


class CompanionAway(Unavailable):
    """Nothing can be asked of a companion now."""

    code = "companion_down"
    sentence = "The companion does not answer ({cause}); it is started again by itself."
    cause: str


@dataclass(frozen=True, slots=True)
class DeviceCounters:
    """What one device has done since its companion was started."""

    device: DeviceRef
    sent: int
    received: int
    redelivered: int
    undecryptable: int
    reconnects: int


@dataclass(frozen=True, slots=True)
class ShardCounters:
    """One companion as it sees itself; `cause` tells why it is not up, None when it is."""

    shard: int
    cause: str | None
    starts: int
    rss_bytes: int
    heap_bytes: int
    goroutines: int
    devices: int
    online: int
    unacknowledged: int
    by_device: tuple[DeviceCounters, ...]


class CompanionTransport:
    """Spreads devices over companions of at most so many each. Enter it (`async with`): it owns their supervision.

    A companion is started when its first device is needed.
    """

    def __init__(self, settings: CompanionSettings) -> None:
        self._settings = settings
        self._numbers = itertools.count(1)
        self._group: asyncio.TaskGroup | None = None
        self._shards: list[Shard] = []
        self._running: list[asyncio.Task[None]] = []
        self._links: dict[DeviceRef, CompanionLink] = {}
        self._linkings: dict[DeviceRef, Linking] = {}
        self._places: dict[DeviceRef, Shard] = {}
        self._taken: Counter[int] = Counter()  # places of each shard
        self._able = capabilities(settings.max_file_bytes)

    async def __aenter__(self) -> CompanionTransport:
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.close()
        finally:
            group, self._group = self._group, None
            if group is not None:
                await group.__aexit__(None, None, None)

    @property
    def name(self) -> str:
        """The word stored with the device."""
        return NAME

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return self._able

    @property
    def unusable(self) -> str | None:
        """Why no companion will work before somebody mends something; None as far as is known."""
        causes = [shard.lasting_cause for shard in self._shards]
        return causes[0] if causes and all(causes) else None

    def counters(self) -> tuple[ShardCounters, ...]:
        """What the companions count, as of their last sign of life."""
        return tuple(_counted(shard) for shard in self._shards)

    async def count(self) -> tuple[ShardCounters, ...]:
        """What the companions count now."""
        async with asyncio.TaskGroup() as asking:
            for shard in self._shards:
                asking.create_task(shard.count())
        return self.counters()

    async def link(self, device: DeviceRef, method: LinkMethod) -> AsyncGenerator[LinkStep, None]:
        """Link the slot to a phone; a linking of the slot that goes on already is cancelled."""
        if (earlier := self._linkings.get(device)) is not None:
            await earlier.cancel()
        linking = self._linkings[device] = Linking(device, self._place(device), self._settings.waits)
        try:
            async with aclosing(linking.steps(method)) as steps:
                async for step in steps:
                    yield step
        finally:
            if self._linkings.get(device) is linking:
                del self._linkings[device]
                self._release(device)

    async def answer_passkey(self, device: DeviceRef, response: str) -> bool:
        """Hand on what a browser on WhatsApp's own page answered (JSON); False when nobody waits for it."""
        shard = self._places.get(device)
        if shard is None or device not in self._linkings:
            return False
        request = pb.Request(device=outward.device_of(device), answer_passkey=pb.AnswerPasskey(response_json=response))
        answer = await shard.ask(request, self._settings.waits.command)
        return isinstance(answer, pb.Response) and not answer.code

    async def open(self, device: DeviceRef, epoch: int) -> Link:
        """Start connecting; what comes of it arrives as events."""
        link = CompanionLink(device, epoch, self._able, self._settings, self._left)
        held = self._links.get(device)
        if held is not None and held.epoch > epoch:
            link.replaced("epoch_passed")
            return link
        self._links[device] = link
        if held is not None:
            held.replaced("epoch_passed" if held.epoch < epoch else "opened_elsewhere")
        link.start(self._place(device))
        return link

    async def forget(self, device: DeviceRef) -> None:
        """Delete the stored credentials; raises CompanionAway when no companion can be asked to."""
        shard = self._place(device)
        waits = self._settings.waits
        try:
            if not await shard.ready(waits.ready):
                raise CompanionAway(shard.cause or CLOSED)
            answer = await shard.ask(pb.Request(device=outward.device_of(device), forget=pb.Forget()), waits.command)
            if not isinstance(answer, pb.Response):
                raise CompanionAway(answer.value)
            if answer.code:
                raise CompanionAway(answer.code)
        finally:
            self._release(device)

    async def close(self) -> None:
        """Close every link and end every companion, each in its own time. Safe to call twice."""
        for shard in self._shards:
            await shard.stop()
        if self._running:
            await asyncio.wait(self._running)
        for link in list(self._links.values()):
            await link.close()

    # --- places --------------------------------------------------------------------------------------------------

    def _place(self, device: DeviceRef) -> Shard:
        """The device's companion; a new device goes to the first one with room."""
        shard = self._places.get(device)
        if shard is None:
            shard = self._places[device] = self._with_room()
            self._taken[shard.number] += 1
        return shard

    def _with_room(self) -> Shard:
        for shard in self._shards:
            if self._taken[shard.number] < self._settings.devices:
                return shard
        if self._group is None:
            raise RuntimeError("enter the companion transport before using it: it owns the companions' supervision")
        shard = Shard(len(self._shards), self._settings, self._numbers)
        self._shards.append(shard)
        self._running.append(self._group.create_task(shard.run()))
        return shard

    def _left(self, link: CompanionLink) -> None:
        if self._links.get(link.device) is link:
            del self._links[link.device]
            self._release(link.device)

    def _release(self, device: DeviceRef) -> None:
        if device in self._links or device in self._linkings:
            return
        if (shard := self._places.pop(device, None)) is not None:
            self._taken[shard.number] -= 1


def _counted(shard: Shard) -> ShardCounters:
    counted = shard.counters
    return ShardCounters(
        shard=shard.number,
        cause=shard.cause,
        starts=shard.starts,
        rss_bytes=counted.rss_bytes,
        heap_bytes=counted.heap_bytes,
        goroutines=counted.goroutines,
        devices=counted.devices,
        online=counted.online,
        unacknowledged=counted.unacknowledged,
        by_device=tuple(_device_counted(one) for one in counted.by_device),
    )


def _device_counted(counted: pb.DeviceCounters) -> DeviceCounters:
    device = counted.device
    return DeviceCounters(
        device=DeviceRef(UUID(bytes=device.workspace_id), UUID(bytes=device.device_id)),
        sent=counted.sent,
        received=counted.received,
        redelivered=counted.redelivered,
        undecryptable=counted.undecryptable,
        reconnects=counted.reconnects,
    )
