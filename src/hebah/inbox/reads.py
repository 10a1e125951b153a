"""What screens ask of the inbox."""

from datetime import datetime
from uuid import UUID

from hebah.foundation.postgres import Connection
from hebah.inbox import store
from hebah.inbox.model import Chat, Message


async def chats(
    connection: Connection,
    workspace_id: UUID,
    device_id: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Chat]:
    """Chats of a device, newest first, from a place in the list on."""
    return await store.recent_chats(connection, workspace_id, device_id, before, limit)


async def messages(
    connection: Connection,
    workspace_id: UUID,
    chat_id: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Message]:
    """Messages of a chat, newest first, from a place in it on."""
    return await store.chat_messages(connection, workspace_id, chat_id, before, limit)
