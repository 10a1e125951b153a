"""What a gateway is spared while it works in batches, and that garbage is still found."""

import gc
import weakref
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.integration.gateway.fleet import Fleet

BATCH = 30_000


class Holder:
    """Something that can hold itself."""

    itself: "Holder | None" = None


@pytest.fixture(autouse=True)
async def _gateway(fleet: Fleet) -> AsyncIterator[None]:
    """A gateway that runs; what it asks of the interpreter is undone."""
    before = gc.get_threshold()
    fleet.start()
    await fleet.link()
    yield
    gc.set_threshold(*before)


@pytest.fixture
def looks() -> Iterator[list[int]]:
    """The generations that were looked at."""
    made: list[int] = []

    def note(phase: str, told: dict[str, int]) -> None:
        if phase == "start":
            made.append(told["generation"])

    gc.collect()
    gc.callbacks.append(note)
    yield made
    gc.callbacks.remove(note)


async def test_batches_of_work_make_nobody_walk_over_what_is_held(looks: list[int]) -> None:
    for _ in range(20):
        batch = [[number] for number in range(BATCH)]
        batch.clear()

    assert looks == []


async def test_garbage_that_holds_on_to_itself_is_found_all_the_same(looks: list[int]) -> None:
    circle = Holder()
    circle.itself = circle
    gone = weakref.ref(circle)
    del circle

    kept = [[number] for number in range(4 * BATCH)]

    assert gone() is None
    assert len(kept) == 4 * BATCH
    assert looks
