"""What phones tell of chats, brought together."""

from collections.abc import Iterable
from dataclasses import replace

from hebah.inbox.model.messages import ToldChat
from hebah.inbox.rules.messages import ChatKey


def merged(told: Iterable[ToldChat]) -> list[ToldChat]:
    """One for each chat, sorted as chats are locked; of what was said twice the later counts."""
    by_chat: dict[ChatKey, ToldChat] = {}
    for one in told:
        key = ChatKey(one.workspace_id, one.device_id, one.address)
        by_chat[key] = _over(by_chat[key], one) if key in by_chat else one
    return [by_chat[key] for key in sorted(by_chat)]


def _over(former: ToldChat, news: ToldChat) -> ToldChat:
    muted = news if news.muted else former
    return replace(
        former,
        name=former.name if news.name is None else news.name,
        pinned=former.pinned if news.pinned is None else news.pinned,
        archived=former.archived if news.archived is None else news.archived,
        muted=former.muted or news.muted,
        muted_until=muted.muted_until,
        unread=former.unread if news.unread is None else news.unread,
        pictured=former.pictured or news.pictured,
    )
