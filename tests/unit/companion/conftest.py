"""A fake companion on disk, and the transport over it."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from hebah.adapters.transports.companion.settings import CompanionSettings, Waits
from hebah.adapters.transports.companion.transport import CompanionTransport
from hebah.gateway.transport import DeviceRef

SOURCE = Path(__file__).with_name("fake_companion.py")
# Real time, but little of it: what these tests wait for does happen.
WAITS = Waits(
    send=0.3, command=0.3, ready=10.0, close=2.0, drain=2.0, quiet=0.2, margin=0.1, first_pause=0.05, last_pause=0.4
)

Opened = Callable[..., AbstractAsyncContextManager[CompanionTransport]]


class FakeProgram:
    """Where the fake companion is, how it behaves, and what it noted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "hebah-companion"
        started = f"#!{sys.executable}\nFAKE_FOLDER = {str(folder)!r}\n"
        self.path.write_text(started + SOURCE.read_text())
        self.path.chmod(0o755)
        self.behave("well")

    def behave(self, behaviour: str) -> None:
        """How it behaves from its next start on."""
        (self.folder / "behaviour").write_text(behaviour)

    def noted(self, name: str) -> list[str]:
        """What it wrote down under a name."""
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def program(tmp_path: Path) -> FakeProgram:
    return FakeProgram(tmp_path)


@pytest.fixture
def settings(program: FakeProgram) -> CompanionSettings:
    return CompanionSettings(
        program=program.path,
        database_url="postgresql+asyncpg://hebah@/hebah",
        sealing_key=bytes(32),
        spool=program.folder / "spool",
        waits=WAITS,
    )


@pytest.fixture
def opened(settings: CompanionSettings) -> Opened:
    @asynccontextmanager
    async def enter(**changes: object) -> AsyncIterator[CompanionTransport]:
        async with CompanionTransport(replace(settings, **changes)) as transport:  # type: ignore[arg-type]
            yield transport

    return enter


@pytest.fixture
def device() -> DeviceRef:
    return DeviceRef(uuid4(), uuid4())
