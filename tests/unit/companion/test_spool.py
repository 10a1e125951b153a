"""Files pass through the spool whole and checked, or not at all."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hebah.adapters.transports.companion import spool as spools
from hebah.adapters.transports.companion.framing import FrameRefused, framed
from hebah.adapters.transports.companion.spool import NotInSpool, SourceUnreadable, Spool, frames_of, pieces_of


class Bytes:
    """A source that counts how often it is read; it may lie about itself."""

    def __init__(self, content: bytes, *, says: bytes | None = None, fails: bool = False) -> None:
        self.size = len(content)
        self.sha256 = hashlib.sha256(content if says is None else says).digest()
        self.reads = 0
        self._content = content
        self._fails = fails

    async def read(self) -> AsyncIterator[bytes]:
        self.reads += 1
        for start in range(0, len(self._content), 1000):
            yield self._content[start : start + 1000]
        if self._fails:
            raise OSError("gone")


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool.make(tmp_path / "spool")
    yield made
    made.close()


async def test_a_file_sent_many_times_is_written_once(spool: Spool) -> None:
    source = Bytes(bytes(5000))

    async def send() -> bytes:
        with spool.using(source) as kept:
            return Path(await spool.write(kept, source)).read_bytes()

    assert list(await asyncio.gather(send(), send())) == [bytes(5000)] * 2
    assert await send() == bytes(5000)
    assert source.reads == 1


@pytest.mark.parametrize(
    ("source", "cause"),
    [(Bytes(b"one", says=b"other"), "file_differs"), (Bytes(b"half of it", fails=True), "file_unreadable")],
)
async def test_a_file_that_is_not_what_was_said_is_not_sent(spool: Spool, source: Bytes, cause: str) -> None:
    with spool.using(source) as kept, pytest.raises(SourceUnreadable) as refused:
        await spool.write(kept, source)
    assert refused.value.cause == cause
    assert [path.name for path in spool.folder.iterdir()] == ["lock"]


async def test_old_files_go_once_nobody_sends_them(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "MOST_KEPT", 2)
    sources = [Bytes(bytes([number])) for number in range(5)]
    with spool.using(sources[0]) as held:
        await spool.write(held, sources[0])
        for source in sources[1:]:
            with spool.using(source) as kept:
                await spool.write(kept, source)
        assert held.path.exists()
    assert len([path for path in spool.folder.iterdir() if path.name.startswith("out-")]) == 2


async def test_a_file_taken_is_gone_from_the_spool(spool: Spool) -> None:
    (spool.folder / "in-1").write_bytes(b"x" * 300_000)
    opened = spool.take(str(spool.folder / "in-1"))
    assert not (spool.folder / "in-1").exists()
    assert b"".join([piece async for piece in pieces_of(opened)]) == b"x" * 300_000


@pytest.mark.parametrize("name", ["/etc/hostname", "../other", "lock", "link"])
def test_nothing_outside_the_spool_is_taken(spool: Spool, name: str) -> None:
    (spool.folder / "link").symlink_to("/etc/hostname")
    with pytest.raises(NotInSpool):
        spool.take(name)


async def test_frames_of_a_file_are_read_and_a_cut_one_is_refused(spool: Spool) -> None:
    (spool.folder / "h").write_bytes(framed(b"one") + framed(b"") + framed(b"two"))
    assert [frame async for frame in frames_of(spool.take("h"))] == [b"one", b"", b"two"]
    (spool.folder / "h").write_bytes(framed(b"one") + framed(b"two")[:-1])
    with pytest.raises(FrameRefused):
        [frame async for frame in frames_of(spool.take("h"))]


def test_folders_of_the_dead_are_swept_and_those_of_the_living_are_not(tmp_path: Path) -> None:
    living, dead = Spool.make(tmp_path), Spool.make(tmp_path)
    dead._held.close()
    newest = Spool.make(tmp_path)
    assert living.folder.exists()
    assert not dead.folder.exists()
    assert newest.folder.stat().st_mode & 0o777 == 0o700
    living.close()
    newest.close()
    assert not living.folder.exists()
