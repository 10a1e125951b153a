"""Where features that may not import each other meet: the ports of lower features, answered by higher ones."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from types import MappingProxyType
from uuid import UUID

from hebah.devices import reads as devices
from hebah.devices.model import SendCounts
from hebah.devices.ports import Abilities, HistoryCount, OfferedTransport
from hebah.foundation.postgres import Connection, Database, Transaction
from hebah.gateway.transport import Capabilities, Transport
from hebah.inbox import reads as conversations
from hebah.inbox.actions import messages as inbox
from hebah.inbox.actions import signs
from hebah.inbox.api.views import ChatView, MessageView, chat_views, message_views
from hebah.live.ports import Aside
from hebah.media.model import MOST_FILE_BYTES
from hebah.outbox import actions as outbox
from hebah.outbox import reads as sends

LEAD_DELETED = "lead_deleted"


class EndsWithDevice:
    """What a deleted slot takes with it."""

    async def device_ended(
        self, tx: Transaction, workspace_id: UUID, device_id: UUID, *, keep_history: bool, now: datetime
    ) -> None:
        """Cancel what waits for the device and, unless history is kept, erase its chats."""
        await outbox.cancel_device(tx, workspace_id, device_id, now)
        if not keep_history:
            await inbox.erase_device(tx, workspace_id, device_id)


class StopsWithContact:
    """What must not go out to somebody any more."""

    async def contacts_suppressed(
        self, tx: Transaction, workspace_id: UUID, contact_ids: Collection[UUID], *, reason: str, now: datetime
    ) -> None:
        """Take back what is queued for these people."""
        await outbox.suppress_contacts(tx, workspace_id, contact_ids, reason, now)

    async def contacts_deleted(
        self, tx: Transaction, workspace_id: UUID, contact_ids: Collection[UUID], *, now: datetime
    ) -> None:
        """Take back what is queued for people who are no leads any more."""
        await outbox.suppress_contacts(tx, workspace_id, contact_ids, LEAD_DELETED, now)


class CountsSends:
    """What devices have sent and have before them."""

    async def of_devices(
        self, connection: Connection, workspace_id: UUID, device_ids: Sequence[UUID], now: datetime
    ) -> Mapping[UUID, SendCounts]:
        """Counts of each device."""
        sent = await sends.sends_of_devices(connection, workspace_id, device_ids, now)
        queued = await sends.queued_of_devices(connection, workspace_id, device_ids)
        return {
            device_id: SendCounts(sent[device_id].hour, sent[device_id].day, queued[device_id])
            for device_id in device_ids
        }


class TellsHistories:
    """How much of the older chats on phones is here."""

    async def of_device(self, connection: Connection, workspace_id: UUID, device_id: UUID) -> HistoryCount:
        """Nothing, when the phone has offered none."""
        found = (await conversations.history(connection, workspace_id, [device_id])).get(device_id)
        if found is None:
            return HistoryCount()
        return HistoryCount(found.offered, found.done, found.failed, found.messages, found.percent, found.retriable)


class SeesFilesInChats:
    """Files as far as they stand in chats."""

    async def on_devices(
        self, connection: Connection, workspace_id: UUID, device_ids: Collection[UUID], media_id: UUID
    ) -> bool:
        """Whether a chat of these devices shows the file."""
        return await conversations.shows_file(connection, workspace_id, device_ids, media_id)


class ShowsInbox:
    """Chats and messages that events are about."""

    kinds = frozenset({inbox.MESSAGES_CHANGED, inbox.CHATS_CHANGED})

    async def show(
        self, connection: Connection, workspace_id: UUID, asked: Sequence[Mapping[str, Sequence[UUID]]]
    ) -> Sequence[Mapping[str, object]]:
        """The messages, their chats, and chats that changed themselves."""
        wanted = [one for ids in asked for one in ids.get(inbox.MESSAGES_CHANGED, ())]
        found = await conversations.messages_by_id(connection, workspace_id, wanted)
        messages = await message_views(connection, workspace_id, sorted(found, key=lambda one: (one.at, one.id)))
        changed = [one for ids in asked for one in ids.get(inbox.CHATS_CHANGED, ())]
        chats = dict.fromkeys([*(one.chat_id for one in messages), *changed])
        shown = {one.id: one for one in await chat_views(connection, workspace_id, list(chats))}
        placed = {one.id: (place, one) for place, one in enumerate(messages)}
        return [_share(ids, placed, shown) for ids in asked]


class TellsSigns:
    """Who types in chats just now."""

    def topic_of(self, workspace_id: UUID) -> UUID:
        """Where signs are announced."""
        return signs.topic_of(workspace_id)

    async def look(
        self, connection: Connection, workspace_id: UUID, topics: Sequence[UUID], now: datetime
    ) -> Sequence[Aside]:
        """Signs that are still true, in the chats of these devices."""
        found = await conversations.typing(connection, workspace_id, topics, now)
        return [
            Aside(
                topic=sign.device_id,
                key=f"{sign.chat_id}:{sign.who}",
                version=f"{sign.state} {sign.at.isoformat()}",
                told={
                    "op": "typing",
                    "chatId": sign.chat_id,
                    "senderName": sign.name,
                    "state": sign.state,
                    "userId": sign.who if sign.is_ours else None,
                },
            )
            for sign in found
        ]


def _share(
    ids: Mapping[str, Sequence[UUID]],
    messages: Mapping[UUID, tuple[int, MessageView]],
    chats: Mapping[UUID, ChatView],
) -> Mapping[str, object]:
    """What was asked for by these ids, of what was found for all: `messages` with their places, which they keep."""
    wanted = dict.fromkeys(ids.get(inbox.MESSAGES_CHANGED, ()))
    placed = sorted((messages[one] for one in wanted if one in messages), key=itemgetter(0))
    own = [one for _, one in placed]
    of_them = dict.fromkeys([*(one.chat_id for one in own), *ids.get(inbox.CHATS_CHANGED, ())])
    return {"messages": own, "chats": [chats[chat_id] for chat_id in of_them if chat_id in chats]}


class LimitsFiles:
    """How large a file the transports carry."""

    def __init__(self, db: Database, transports: Mapping[str, Transport]) -> None:
        self._db = db
        self._most = {name: transport.capabilities.max_file_bytes for name, transport in transports.items()}

    async def most_bytes(self, workspace_id: UUID, device_id: UUID | None) -> int:
        """The limit of the device's own transport when this process has it, else the widest."""
        widest = max(self._most.values(), default=MOST_FILE_BYTES)
        if device_id is None:
            return widest
        async with self._db.connection() as connection:
            device = await devices.find(connection, workspace_id, device_id)
        return self._most.get(device.transport, widest)


class OffersTransports:
    """The transports of this installation, as people choose them; `unusable` are others with the reason why not."""

    def __init__(self, transports: Mapping[str, Transport], unusable: Mapping[str, str] = MappingProxyType({})) -> None:
        self._transports = transports
        self._unusable = unusable

    def offered(self) -> Sequence[OfferedTransport]:
        """All of them, usable or not."""
        usable = [
            OfferedTransport(name, transport.unusable, _abilities(transport.capabilities))
            for name, transport in self._transports.items()
        ]
        missing = [OfferedTransport(name, reason) for name, reason in self._unusable.items()]
        return sorted([*usable, *missing], key=lambda each: each.name)


def _abilities(able: Capabilities) -> Abilities:
    return Abilities(
        link_by_code=able.link_by_code,
        sends=able.sends,
        receives=able.receives,
        quotes=able.quotes,
        receipts=able.receipts,
        own_echo=able.own_echo,
        typing=able.typing,
        number_check=able.number_check,
        history=able.history,
        media_download=able.media_download,
        lids=able.lids,
        max_image_bytes=able.max_image_bytes,
        max_file_bytes=able.max_file_bytes,
    )
