"""Routes for what a team keeps: labels, canned replies, notes, and who may answer."""

from datetime import datetime
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody

from hebah.access.model import Actor, Permission
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database
from hebah.foundation.wire import Injected, Input, View
from hebah.inbox.actions import team
from hebah.inbox.rules.team import CannedReply, Label, Note
from hebah.inbox.store import team as store


class LabelInput(Input):
    """A label as somebody wants it; the colour as `#rrggbb`."""

    name: str
    colour: str


class LabelPatch(Input):
    """What somebody changes about a label."""

    name: str | None = None
    colour: str | None = None


class LabelView(View):
    """A word with a colour to sort chats by."""

    id: UUID
    name: str
    colour: str


class LabelList(View):
    """All of a workspace."""

    items: list[LabelView]


class CannedReplyInput(Input):
    """A reply as somebody wants it."""

    shortcut: str
    body: str


class CannedReplyView(View):
    """Words that are needed again and again, found by `/shortcut`."""

    id: UUID
    shortcut: str
    body: str


class CannedReplyList(View):
    """All of a workspace."""

    items: list[CannedReplyView]


class NoteInput(Input):
    """What colleagues should know."""

    body: str


class NoteView(View):
    """A note about a chat; never sent."""

    id: UUID
    by: UUID
    by_name: str
    body: str
    at: datetime


class NoteList(View):
    """Newest first."""

    items: list[NoteView]


class AgentView(View):
    """Somebody who may answer chats."""

    user_id: UUID
    name: str
    role: str


class AgentList(View):
    """By name."""

    items: list[AgentView]


@get("/api/labels", permission=Permission.INBOX_READ)
async def list_labels(actor: Injected[Actor], db: Injected[Database]) -> LabelList:
    """Every label."""
    async with db.connection() as connection:
        return LabelList(items=[_label(one) for one in await store.labels(connection, actor.workspace_id)])


@post("/api/labels", permission=Permission.INBOX_TEAM)
async def add_label(
    data: JSONBody[LabelInput], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> LabelView:
    """One more label."""
    return _label(await team.add_label(db, clock, actor, data.name, data.colour))


@patch("/api/labels/{label_id:uuid}", permission=Permission.INBOX_TEAM)
async def change_label(
    label_id: FromPath[UUID],
    data: JSONBody[LabelPatch],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> LabelView:
    """Another name or colour."""
    return _label(await team.change_label(db, clock, actor, label_id, data.name, data.colour))


@delete("/api/labels/{label_id:uuid}", permission=Permission.INBOX_TEAM)
async def delete_label(
    label_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> None:
    """Take it off every chat and forget it."""
    await team.delete_label(db, clock, actor, label_id)


@get("/api/canned-replies", permission=Permission.INBOX_READ)
async def list_canned_replies(actor: Injected[Actor], db: Injected[Database]) -> CannedReplyList:
    """Every canned reply."""
    async with db.connection() as connection:
        replies = await store.canned_replies(connection, actor.workspace_id)
    return CannedReplyList(items=[_canned_reply(one) for one in replies])


@post("/api/canned-replies", permission=Permission.INBOX_TEAM)
async def add_canned_reply(
    data: JSONBody[CannedReplyInput], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> CannedReplyView:
    """One more canned reply."""
    return _canned_reply(await team.put_canned_reply(db, clock, actor, data.shortcut, data.body))


@patch("/api/canned-replies/{reply_id:uuid}", permission=Permission.INBOX_TEAM)
async def change_canned_reply(
    reply_id: FromPath[UUID],
    data: JSONBody[CannedReplyInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> CannedReplyView:
    """Other words, or another shortcut."""
    return _canned_reply(await team.put_canned_reply(db, clock, actor, data.shortcut, data.body, reply_id))


@delete("/api/canned-replies/{reply_id:uuid}", permission=Permission.INBOX_TEAM)
async def delete_canned_reply(
    reply_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database], clock: Injected[Clock]
) -> None:
    """Forget it; what was sent from it stays."""
    await team.delete_canned_reply(db, clock, actor, reply_id)


@get("/api/chats/{chat_id:uuid}/notes", permission=Permission.INBOX_READ)
async def list_notes(chat_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> NoteList:
    """What colleagues have noted about a chat."""
    return NoteList(items=[_note(one) for one in await team.notes(db, actor, chat_id)])


@post("/api/chats/{chat_id:uuid}/notes", permission=Permission.INBOX_REPLY)
async def add_note(
    chat_id: FromPath[UUID],
    data: JSONBody[NoteInput],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> NoteView:
    """Tell colleagues something about a chat."""
    return _note(await team.add_note(db, clock, actor, chat_id, data.body))


@delete("/api/chats/{chat_id:uuid}/notes/{note_id:uuid}", permission=Permission.INBOX_REPLY)
async def delete_note(
    chat_id: FromPath[UUID],
    note_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    clock: Injected[Clock],
) -> None:
    """Take a note away: one's own, or anybody's for those who look after the team."""
    await team.delete_note(db, clock, actor, chat_id, note_id)


@get("/api/agents", permission=Permission.INBOX_READ)
async def list_agents(actor: Injected[Actor], db: Injected[Database]) -> AgentList:
    """Everybody a chat may be given to."""
    async with db.connection() as connection:
        found = await store.agents(connection, actor.workspace_id)
    return AgentList(items=[AgentView(user_id=one.user_id, name=one.name, role=one.role) for one in found])


def _label(label: Label) -> LabelView:
    return LabelView(id=label.id, name=label.name, colour=label.colour)


def _canned_reply(reply: CannedReply) -> CannedReplyView:
    return CannedReplyView(id=reply.id, shortcut=reply.shortcut, body=reply.body)


def _note(note: Note) -> NoteView:
    return NoteView(id=note.id, by=note.user_id, by_name=note.by_name, body=note.body, at=note.at)


ROUTES = (
    list_labels,
    add_label,
    change_label,
    delete_label,
    list_canned_replies,
    add_canned_reply,
    change_canned_reply,
    delete_canned_reply,
    list_notes,
    add_note,
    delete_note,
    list_agents,
)
