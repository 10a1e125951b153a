"""One linking of a slot to a phone, as the companion leads it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from hebah.adapters.transports.companion import inward, outward
from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.adapters.transports.companion.settings import Waits
from hebah.adapters.transports.companion.shard import Shard
from hebah.gateway.transport import DeviceRef, Linked, LinkFailed, LinkMethod, LinkStep

CANCELLED: Final = LinkFailed("cancelled")
_CODES = frozenset(
    {
        "qr_timeout", "cancelled", "refused", "already_linked", "outdated", "unreachable", "passkey_needed",
        "multidevice_off", "storage_unavailable", "transport_down",
    }
)  # fmt: skip


class Linking:
    """Waits for the steps of one linking. Steps are told as they come; the last one ends it."""

    def __init__(self, device: DeviceRef, shard: Shard, waits: Waits) -> None:
        self.device = device
        self._key = outward.device_of(device)
        self._shard = shard
        self._waits = waits
        self._steps: asyncio.Queue[LinkStep] = asyncio.Queue()
        self._ended = asyncio.Event()  # as far as the companion is concerned
        self._number = 0

    async def steps(self, method: LinkMethod) -> AsyncGenerator[LinkStep, None]:
        """Lead the linking to its end; closing the iterator cancels it."""
        self._number = self._shard.begin(outward.link_request(self._key, method), self)
        try:
            while True:
                step = await self._steps.get()
                yield step
                if isinstance(step, Linked | LinkFailed):
                    return
        finally:
            try:
                await self._end()
            finally:
                self._shard.leave(self._number)

    async def cancel(self) -> None:
        """Another linking of the slot begins: whoever reads this one learns that it has been cancelled."""
        self._steps.put_nowait(CANCELLED)
        await self._end()

    async def _end(self) -> None:
        """Return once the companion has let go of the phone, or does not answer."""
        if self._ended.is_set():
            return
        answer = await self._shard.ask(pb.Request(device=self._key, cancel=pb.Cancel()), self._waits.close)
        if not isinstance(answer, pb.Response):
            return  # a companion that is gone, or has not been asked yet, links nothing
        try:
            async with asyncio.timeout(self._waits.close):
                await self._ended.wait()
        except TimeoutError:
            pass  # it has heard us; what it links nevertheless is found as already linked

    def happened(self, event: pb.Event, boot: str) -> None:  # noqa: ARG002 - a listener's
        """A step."""
        if event.WhichOneof("event") == "link_step":
            self._steps.put_nowait(inward.step_of(event.link_step))

    def answered(self, response: pb.Response) -> None:
        """The end, well or not."""
        self._ended.set()
        if response.code:
            self._steps.put_nowait(LinkFailed(response.code if response.code in _CODES else "refused"))
        else:
            self._steps.put_nowait(Linked(inward.identity_of(response.identity)))

    def lost(self, cause: str) -> None:
        """The companion is gone."""
        self._ended.set()
        self._steps.put_nowait(
            LinkFailed("storage_unavailable" if cause == "storage_unavailable" else "transport_down")
        )
