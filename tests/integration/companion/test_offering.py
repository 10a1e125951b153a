"""Where linked devices are offered, and the reason people get where they are not."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from hebah.app.joints import OffersTransports
from hebah.app.settings import Settings
from hebah.app.wiring import Reach, open_hebah
from hebah.gateway.transport import DeviceRef
from tests.unit.companion.conftest import FakeProgram


@pytest.fixture
def device() -> DeviceRef:
    return DeviceRef(uuid4(), uuid4())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, connections=4)


async def reach(settings: Settings, database_url: str) -> tuple[Reach, dict[str, str | None]]:
    async with open_hebah(settings, database_url) as hebah:
        offered = OffersTransports(hebah.reach.transports, hebah.reach.unusable).offered()
        return hebah.reach, {transport.name: transport.reason for transport in offered}


async def test_a_companion_that_is_not_built_is_offered_with_its_reason(settings: Settings, database_url: str) -> None:
    reached, reasons = await reach(replace(settings, companion=settings.home / "nowhere"), database_url)
    assert reasons == {"companion": "not_built", "simulated": None}
    assert set(reached.transports) == {"simulated"}


async def test_a_companion_can_be_switched_off(settings: Settings, database_url: str) -> None:
    _, reasons = await reach(replace(settings, companion_on=False), database_url)
    assert reasons["companion"] == "companion_off"


async def test_a_companion_of_another_version_is_not_used(
    settings: Settings, database_url: str, tmp_path: Path
) -> None:
    program = FakeProgram(tmp_path)
    program.behave("version")
    _, reasons = await reach(replace(settings, companion=program.path), database_url)
    assert reasons["companion"] == "version_differs"


async def test_a_companion_is_told_its_database_and_key_over_its_socket(
    settings: Settings, database_url: str, tmp_path: Path, device: DeviceRef
) -> None:
    program = FakeProgram(tmp_path)
    used = replace(settings, companion=program.path, companion_connections=5, sealing_key=bytes(32))
    async with open_hebah(used, database_url) as hebah:
        assert hebah.reach.unusable == {}
        await hebah.reach.transports["companion"].forget(device)
    assert program.noted("configured")[-1].split()[1:] == ["32", "5"]
    assert program.noted("asked") == ["forget", "drain"]
    assert program.noted("arguments") == ["--fd"] * 2
