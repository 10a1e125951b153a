"""Routes for finding: words over all chats, files of one chat, and who somebody is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery, QueryParameter

from hebah.access.model import Actor, Permission
from hebah.access.rules import may, require, sees
from hebah.contacts import reads as contacts
from hebah.contacts.api.views import ConsentEntry, LeadView, ReceivedCampaignView, history_view, lead_view
from hebah.contacts.model import ConsentState
from hebah.foundation.clock import Clock
from hebah.foundation.errors import FieldsInvalid, NotFound
from hebah.foundation.pages import PAGE, Newest, clamp, read_newest, write_cursor
from hebah.foundation.postgres import Connection, Database
from hebah.foundation.wire import Injected, View
from hebah.inbox import reads
from hebah.inbox.actions import files
from hebah.inbox.api.views import ChatView, MessageView, chat_views, message_views
from hebah.inbox.rules import finding as rules
from hebah.inbox.store import listing
from hebah.inbox.store.finding import Search
from hebah.media import reads as media
from hebah.media.ports import Blobs


class SearchHit(View):
    """A message found: its chat, and the words around the hits, which stand between \\u0002 and \\u0003."""

    message: MessageView
    chat: ChatView
    marked: str


class SearchPage(View):
    """Hits, newest first."""

    items: list[SearchHit]
    next: str | None


class GalleryPage(View):
    """Messages of one chat with what was asked for, newest first."""

    items: list[MessageView]
    next: str | None


class ContactPart(View):
    """Somebody by number."""

    id: UUID
    name: str
    phone: str | None


class PersonView(View):
    """Who somebody is beside their chat; consents and campaigns are known of leads."""

    contact: ContactPart | None
    lead: LeadView | None
    consent: ConsentState
    consents: list[ConsentEntry]
    campaigns: list[ReceivedCampaignView]


Wanted = Annotated[str, QueryParameter(name="kind", pattern="^(image|video|voice|audio|document|link)$")]


@get("/api/messages/search", permission=Permission.INBOX_READ)
async def search_messages(
    actor: Injected[Actor],
    db: Injected[Database],
    q: FromQuery[str],
    device_id: Annotated[UUID | None, QueryParameter(name="deviceId")] = None,
    chat_id: Annotated[UUID | None, QueryParameter(name="chatId")] = None,
    from_me: Annotated[bool | None, QueryParameter(name="fromMe")] = None,
    kind: FromQuery[str | None] = None,
    since: Annotated[datetime | None, QueryParameter(name="from")] = None,
    until: FromQuery[datetime | None] = None,
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
) -> SearchPage:
    """Messages with all of these words in them, over every number the user sees. Quotes hold a phrase together."""
    terms = rules.terms_of(q)
    if sum(len(term.text) for term in terms) < 2:
        raise FieldsInvalid({"q": "too_short"})
    if device_id is not None:
        require(actor, Permission.INBOX_READ, device_id)
    granted = None if actor.device_ids is None else tuple(sorted(actor.device_ids))
    wanted = Search(
        workspace_id=actor.workspace_id,
        terms=terms,
        device_ids=granted if device_id is None else (device_id,),
        chat_id=chat_id,
        kind=kind,
        from_me=from_me,
        since=since,
        until=until,
    )
    size = clamp(limit)
    async with db.transaction() as tx:
        found = await reads.search(tx, wanted, read_newest(after), size)
        messages = await message_views(tx, actor.workspace_id, found)
        chat_ids = list(dict.fromkeys(message.chat_id for message in messages))
        chats = {chat.id: chat for chat in await chat_views(tx, actor.workspace_id, chat_ids)}
    items = [
        SearchHit(message=message, chat=chats[message.chat_id], marked=rules.marked(message.body, terms))
        for message in messages
    ]
    return SearchPage(items=items, next=_next(messages, size))


@get("/api/chats/{chat_id:uuid}/gallery", permission=Permission.INBOX_READ)
async def list_gallery(
    chat_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    wanted: Wanted = "image",
    limit: FromQuery[int] = PAGE,
    after: FromQuery[str | None] = None,
) -> GalleryPage:
    """Pictures, films, recordings, documents or links of a chat."""
    size = clamp(limit)
    async with db.connection() as connection:
        await _chat(connection, actor, chat_id)
        found = await reads.gallery(connection, actor.workspace_id, chat_id, wanted, read_newest(after), size)
        items = await message_views(connection, actor.workspace_id, found)
    return GalleryPage(items=items, next=_next(items, size))


@get("/api/chats/{chat_id:uuid}/person", permission=Permission.INBOX_READ)
async def get_person(chat_id: FromPath[UUID], actor: Injected[Actor], db: Injected[Database]) -> PersonView:
    """The lead behind a chat, what they agreed to, and which campaigns reached them."""
    async with db.connection() as connection:
        chat = await _chat(connection, actor, chat_id)
        contact = None
        if chat.contact_id is not None:
            contact = ContactPart(id=chat.contact_id, name=chat.name, phone=chat.phone)
        if chat.lead_id is None or not may(actor, Permission.LEAD_READ):
            return PersonView(contact=contact, lead=None, consent=ConsentState.UNKNOWN, consents=[], campaigns=[])
        try:
            lead = lead_view(await contacts.find_lead(connection, actor, chat.lead_id))
            history = history_view(await contacts.history(connection, actor, chat.lead_id))
        except NotFound:  # a lead of a number that this user does not see
            return PersonView(contact=contact, lead=None, consent=ConsentState.UNKNOWN, consents=[], campaigns=[])
    return PersonView(
        contact=contact, lead=lead, consent=lead.consent, consents=history.consents, campaigns=history.campaigns
    )


@post("/api/messages/{message_id:uuid}/media", permission=Permission.INBOX_READ, status_code=202)
async def fetch_file(
    message_id: FromPath[UUID],
    actor: Injected[Actor],
    db: Injected[Database],
    blobs: Injected[Blobs],
    clock: Injected[Clock],
) -> None:
    """Fetch the file of a message now, also one that was here and is lost; it appears when it is here."""
    async with db.transaction() as tx:
        row = await listing.find_message(tx, actor.workspace_id, message_id)
        if row is None or not sees(actor, row["device_id"]):
            raise NotFound()
        media_id = row["media_id"]
        is_lost = media_id is not None and not await media.has_bytes(tx, blobs, actor.workspace_id, media_id)
        await files.ask(tx, actor.workspace_id, message_id, clock.now(), is_lost=is_lost)


async def _chat(connection: Connection, actor: Actor, chat_id: UUID) -> ChatView:
    views = await chat_views(connection, actor.workspace_id, [chat_id])
    if not views or not sees(actor, views[0].device_id):
        raise NotFound()
    return views[0]


def _next(items: list[MessageView], size: int) -> str | None:
    return write_cursor(Newest(items[-1].at, items[-1].id)) if len(items) == size else None


ROUTES = (search_messages, list_gallery, get_person, fetch_file)
