"""What screens ask of archives."""

from uuid import UUID

from hebah.access.model import Actor
from hebah.archives.model import Archive, Fault
from hebah.archives.rules.plans import guess_me
from hebah.archives.store import archives
from hebah.devices import reads as devices
from hebah.devices.reads import DeviceFilter
from hebah.foundation.errors import NotFound
from hebah.foundation.postgres import Connection

_MOST_DEVICES = 200


async def find_archive(connection: Connection, actor: Actor, archive_id: UUID) -> Archive:
    """One archive; raises `NotFound`."""
    found = await archives.find(connection, actor.workspace_id, archive_id)
    if found is None:
        raise NotFound
    return found


async def latest_archives(connection: Connection, actor: Actor) -> list[Archive]:
    """The last fifty, newest first."""
    return await archives.latest(connection, actor.workspace_id)


async def faults(connection: Connection, found: Archive, after: int, limit: int) -> list[Fault]:
    """Lines that were left out, one more than `limit` when more follow."""
    return await archives.faults(connection, found, after, limit)


async def own_side(connection: Connection, found: Archive) -> str:
    """What the file probably calls our own side."""
    page = await devices.page(connection, DeviceFilter(found.workspace_id), None, _MOST_DEVICES)
    names = [name for device in page for name in (device.push_name, device.name) if name]
    return guess_me(found.facts.people, found.facts.partner, names)
