"""Figures of a process that serves no web, on a port of its own: just enough HTTP for one GET."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

from hebah.app.readers import may_read, note_process
from hebah.app.wiring import Hebah
from hebah.foundation import metrics

_LARGEST_HEAD: Final = 8192
_ASKED_WITHIN_S: Final = 5.0


@contextlib.asynccontextmanager
async def open_metrics_port(hebah: Hebah) -> AsyncIterator[None]:
    """Answer on HEBAH_METRICS_PORT, where one is set, for as long as the block lasts."""
    settings = hebah.settings
    if settings.metrics_port is None:
        yield
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            async with asyncio.timeout(_ASKED_WITHIN_S):
                head = await reader.readuntil(b"\r\n\r\n")
                note_process(hebah.db, hebah.installation.version)
                writer.write(_answer(head, writer.get_extra_info("peername")[0], settings.metrics_token))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, settings.host, settings.metrics_port, limit=_LARGEST_HEAD)
    async with server:
        yield


def _answer(head: bytes, peer: str, token: str | None) -> bytes:
    asked, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if asked.split(" ")[:2] != ["GET", "/metrics"] or not may_read(peer, headers, token):
        return _response(HTTPStatus.NOT_FOUND, b"")
    return _response(HTTPStatus.OK, metrics.page())


def _response(status: HTTPStatus, body: bytes) -> bytes:
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Content-Type: {metrics.CONTENT_TYPE}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
