"""Rooms for shops over the wire."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.crash.wire.world import Plan, World, open_world

OpenWorld = Callable[[Plan], AbstractAsyncContextManager[World]]


@pytest.fixture
def shop_with(postgres_folder: Path) -> OpenWorld:
    """Opens a world as planned."""
    return lambda plan: open_world(postgres_folder, plan)
