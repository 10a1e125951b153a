"""Files and older messages that a companion has put into the spool, as those who asked for them read them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import BinaryIO

import structlog
from google.protobuf.message import DecodeError

from hebah.adapters.transports.companion import inward
from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.adapters.transports.companion.framing import FrameRefused
from hebah.adapters.transports.companion.spool import NotInSpool, Spool, frames_of, pieces_of
from hebah.gateway.incoming import (
    HistoryFetched,
    HistoryOutcome,
    HistoryPart,
    MediaFetched,
    MediaGone,
    MediaLater,
    MediaOutcome,
)

log = structlog.get_logger(__name__)


def fetched_media(response: pb.Response, spool: Spool, most_bytes: int) -> MediaOutcome:
    """The file, or why there is none."""
    if response.code:
        return inward.fetch_failure(response.code)
    if (opened := _take(response.file, spool)) is None:
        return MediaLater("spool_unreadable")
    if response.file.size > most_bytes:
        opened.close()
        return MediaGone("too_large")
    return MediaFetched(response.file.size, pieces_of(opened))


def fetched_history(response: pb.Response, spool: Spool) -> HistoryOutcome:
    """The older messages, or why there are none."""
    if response.code:
        return inward.fetch_failure(response.code)
    if (opened := _take(response.file, spool)) is None:
        return MediaLater("spool_unreadable")
    return HistoryFetched(_parts(opened))


async def _parts(opened: BinaryIO) -> AsyncIterator[HistoryPart]:
    """Raises OSError where the file cannot be read to its end: what came so far is not all, so fetch it again."""
    try:
        async with aclosing(frames_of(opened)) as frames:
            async for frame in frames:
                yield inward.history_part(pb.HistoryChunk.FromString(frame))
    except (FrameRefused, DecodeError) as error:
        raise OSError("a packet of history that cannot be read") from error


def _take(file: pb.File, spool: Spool) -> BinaryIO | None:
    try:
        return spool.take(file.path)
    except (NotInSpool, OSError) as error:
        log.warning("companion_file_unreadable", error=type(error).__name__)
        return None
