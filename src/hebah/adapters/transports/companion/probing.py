"""Whether there is a companion that this Hebah can use, asked once at the start and before anything is linked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.adapters.transports.companion.child import Child
from hebah.adapters.transports.companion.program import NOT_BUILT, PROTOCOL_VERSION, VERSION_DIFFERS

_ANSWER_WITHIN_S = 10.0


async def why_unusable(program: Path | None, environment: Mapping[str, str]) -> str | None:
    """`not_built`, `not_started` or `version_differs`; None when it can be used.

    It is asked without a database, which it may refuse: only its version counts.
    """
    if program is None:
        return NOT_BUILT
    loop = asyncio.get_running_loop()
    version: asyncio.Future[int] = loop.create_future()

    def hear(envelope: pb.Envelope) -> None:
        if envelope.HasField("ready") and not version.done():
            version.set_result(envelope.ready.version)

    try:
        child = await Child.start(program, environment, hear)
    except OSError:
        return "not_started"
    try:
        child.send(pb.Envelope(configure=pb.Configure(version=PROTOCOL_VERSION)))
        return await _verdict(child, version)
    finally:
        await child.stop(within=0)


async def _verdict(child: Child, version: asyncio.Future[int]) -> str | None:
    ended: set[asyncio.Future[int] | asyncio.Future[str]] = {version, child.ended}
    await asyncio.wait(ended, timeout=_ANSWER_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
    if not version.done():
        return "not_started" if child.ended.done() and child.ended.result() == "ended" else VERSION_DIFFERS
    return None if version.result() == PROTOCOL_VERSION else VERSION_DIFFERS
