"""What people ask of a device's link about others: to show typing, to look a number up, to bring older messages.

Nobody waits inside a transaction: an ask is a row, the gateway that holds the device finds it, and so is its answer.
"""

from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid5

from hebah.devices import store
from hebah.devices.model import Ask, Device, DeviceState, Wanted
from hebah.foundation.errors import NotFound
from hebah.foundation.postgres import Topic, Transaction

_ASKED = UUID("5f0d2f4c-8b6a-5e38-9c0b-0f2f4a5f6f1e")
_WITH_LINK = frozenset({DeviceState.ONLINE, DeviceState.RESTRICTED})


@lru_cache(maxsize=4096)
def topic_of(workspace_id: UUID) -> UUID:
    """Where gateways listen for asks of a workspace: nothing else wakes them there."""
    return uuid5(_ASKED, str(workspace_id))


def is_within_reach(device: Device) -> bool:
    """Whether there is a link to ask, as far as its gateway has told."""
    return device.wanted is Wanted.ON and device.condition.state in _WITH_LINK


async def lock(tx: Transaction, workspace_id: UUID, device_id: UUID) -> Device:
    """The device, so that what is asked of it can be counted; raises NotFound."""
    device = await store.lock(tx, workspace_id, device_id)
    if device is None:
        raise NotFound()
    return device


async def ask(tx: Transaction, device: Device, wanted: Ask, now: datetime) -> UUID:
    """Ask for something that has an answer; the same asked twice is one ask."""
    ask_id = await store.add_ask(tx, device, wanted, now)
    _wake(tx, device)
    return ask_id


async def show(tx: Transaction, device: Device, wanted: Ask, now: datetime) -> None:
    """Ask for a sign; it takes the place of one that was not given yet."""
    await store.replace_ask(tx, device, wanted, now)
    _wake(tx, device)


async def give_up(tx: Transaction, workspace_id: UUID, ask_id: UUID, now: datetime) -> None:
    """Nobody waits for the answer any more."""
    await store.give_up_ask(tx, workspace_id, ask_id, now)


def _wake(tx: Transaction, device: Device) -> None:
    # No event: browsers have nothing to look at. Gateways that miss the wake-up look every second.
    tx.touched.add(Topic(device.workspace_id, topic_of(device.workspace_id)))
