"""The cable between a browser and Hebah, which a test can pull out: open connections break, new ones fail."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

_PIECE = 65_536


class Cable:
    """Passes bytes on between its own address and Hebah's, unless it is pulled out."""

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self._there = (there.hostname or "", there.port or 80)
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_out = False
        self.port = 0

    @property
    def url(self) -> str:
        """Where Hebah is found through this cable."""
        return f"http://127.0.0.1:{self.port}"

    def pull_out(self) -> None:
        """Everything breaks at once, and nothing gets through."""
        self._do(self._break)

    def plug_in(self) -> None:
        """New connections work again."""
        self._do(self._mend)

    def run(self, ready: threading.Event) -> None:
        """Carry until `stop`; in a thread of its own."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._connected, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        self._break()
        left = asyncio.all_tasks(self._loop)
        self._loop.run_until_complete(asyncio.wait(left) if left else asyncio.sleep(0))
        self._loop.close()

    def stop(self) -> None:
        """Let `run` return."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _do(self, change: Callable[[], None]) -> None:
        done = threading.Event()

        def changed() -> None:
            change()
            done.set()

        self._loop.call_soon_threadsafe(changed)
        assert done.wait(10)

    def _break(self) -> None:
        self._is_out = True
        for writer in self._writers:
            writer.transport.abort()

    def _mend(self) -> None:
        self._is_out = False

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_out:
            writer.transport.abort()
            return
        there, on = await asyncio.open_connection(*self._there)
        self._writers |= {writer, on}
        await asyncio.gather(self._carry(reader, on), self._carry(there, writer))
        self._writers -= {writer, on}

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(_PIECE):
                target.write(piece)
                await target.drain()
        except OSError:
            pass  # pulled out
        finally:
            target.close()


@contextmanager
def cable_to(url: str) -> Iterator[Cable]:
    """A cable that is plugged in."""
    cable, ready = Cable(url), threading.Event()
    carrying = threading.Thread(target=cable.run, args=(ready,))
    carrying.start()
    try:
        assert ready.wait(10)
        yield cable
    finally:
        cable.stop()
        carrying.join(10)
