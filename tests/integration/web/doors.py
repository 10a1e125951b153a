"""Every route from the table itself, the ways to try it, and one of everything to try it on."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

import httpx
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from hebah.access.model import PUBLIC, Account, Entry, Permission
from hebah.app.guard import permission_of
from hebah.app.routes import bare_app
from hebah.app.web import handlers_of
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database

SAFE = {"GET", "HEAD"}


class Door(NamedTuple):
    """One method of one path."""

    method: str
    path: str
    need: Permission | Entry

    def at(self, **ids: object) -> str:
        """The path with these in place of its parameters."""
        filled = self.path
        for name, value in ids.items():
            filled = filled.replace(f"{{{name}:uuid}}", str(value)).replace(f"{{{name}:str}}", str(value))
        return filled

    def anywhere(self) -> str:
        """The path with ids that name nothing."""
        return self.at(**dict.fromkeys(self.names(), make_id()))

    def names(self) -> list[str]:
        """The names of the path's parameters."""
        return [part[1:-1].partition(":")[0] for part in self.path.split("/") if part.startswith("{")]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def doors() -> list[Door]:
    return sorted({door for handler in handlers_of(bare_app()) for door in doors_of(handler)})


def doors_of(handler: BaseRouteHandler) -> Iterator[Door]:
    if isinstance(handler, HTTPRouteHandler):
        for method in handler.http_methods:
            for path in handler.paths:
                yield Door(str(method), path, permission_of(handler))


DOORS = [door for door in doors() if "path:path" not in door.path]
GUARDED = [door for door in DOORS if door.need is not PUBLIC]
UNSAFE = [door for door in DOORS if door.method not in SAFE]


async def knock(browser: httpx.AsyncClient, door: Door, path: str | None = None, **asked: Any) -> httpx.Response:
    return await browser.request(door.method, path or door.anywhere(), **asked)


async def code_of(answer: httpx.Response) -> tuple[int, str | None]:
    """Status and, of a problem, its code."""
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if is_problem else None


async def written(database: Database) -> dict[str, int]:
    """How many rows each table holds."""
    async with database.connection() as connection:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row[0]: await connection.fetchval(f'SELECT count(*) FROM "{row[0]}"') for row in tables}


KEYS = [f"00000000-0000-4000-8000-{number:012}" for number in range(3)]
# What each route with an id wants in its body before it looks for the thing.
BODIES: dict[str, dict[str, Any]] = {
    "POST /api/campaigns/{campaign_id:uuid}/pace": {"gapMinS": 1, "gapMaxS": 2},
    "POST /api/campaigns/{campaign_id:uuid}/retry": {"codes": ["rejected"]},
    "PATCH /api/users/{user_id:uuid}": {"disabled": True},
    "PATCH /api/campaigns/{campaign_id:uuid}": {"name": "x", "version": 1},
    "POST /api/campaigns/{campaign_id:uuid}/launch": {"version": 1},
    "PATCH /api/leads/{lead_id:uuid}": {"name": "x", "version": 1},
    "PATCH /api/devices/{device_id:uuid}": {"name": "x"},
    "POST /api/devices/{device_id:uuid}/link": {"method": "qr"},
    "POST /api/chats/{chat_id:uuid}/messages": {"clientId": KEYS[0], "body": "x"},
    "PATCH /api/chats/{chat_id:uuid}": {"pinned": True},
    "POST /api/chats/{chat_id:uuid}/read": {},
    "POST /api/chats/{chat_id:uuid}/typing": {"state": "typing"},
    "POST /api/chats/{chat_id:uuid}/notes": {"body": "x"},
    "POST /api/messages/{message_id:uuid}/reaction": {"clientId": KEYS[1], "emoji": "x"},
    "PATCH /api/messages/{message_id:uuid}": {"clientId": KEYS[2], "body": "x"},
    "PATCH /api/labels/{label_id:uuid}": {"name": "x"},
    "PATCH /api/canned-replies/{reply_id:uuid}": {"shortcut": "x", "body": "x"},
    "POST /api/devices/{device_id:uuid}/link/passkey": {"answer": "{}"},
    "PUT /api/imports/{import_id:uuid}/mapping": {
        "mapping": {"0": "phone"}, "deviceIds": [], "duplicates": "keep_existing", "consent": None, "niches": [],
        "status": "prospect", "region": "MY",
    },
    "PUT /api/archives/{archive_id:uuid}/plan": {
        "deviceId": KEYS[0], "chatId": None, "phone": "", "me": "", "zone": "UTC", "order": "day_first",
        "region": "MY", "mapping": {},
    },
}  # fmt: skip

ROWS = """
INSERT INTO app_user (workspace_id, id, email, name, role, password_hash, created_at)
    VALUES ('{ws}', '{user_id}', '{user_id}@example.com', 'one', 'agent', '', now());
INSERT INTO device (workspace_id, id, name, transport, state_since, created_at)
    VALUES ('{ws}', '{device_id}', 'one', 'simulated', now(), now());
INSERT INTO contact (workspace_id, id, phone, created_at, updated_at)
    VALUES ('{ws}', '{contact_id}', '{phone}', now(), now());
INSERT INTO device_grant (workspace_id, user_id, device_id) VALUES ('{ws}', '{user_id}', '{device_id}');
INSERT INTO lead (workspace_id, id, contact_id, device_id, created_at, updated_at)
    VALUES ('{ws}', '{lead_id}', '{contact_id}', '{device_id}', now(), now());
INSERT INTO campaign (workspace_id, id, name, state_since, created_at, updated_at)
    VALUES ('{ws}', '{campaign_id}', 'one', now(), now(), now());
INSERT INTO media (workspace_id, id, sha256, mime, size, created_at)
    VALUES ('{ws}', '{media_id}', '{media_id}', 'image/jpeg', 1, now());
INSERT INTO lead_import (workspace_id, id, file_name, file_sha256, file_size, kind, columns, mapping, sample,
        created_by, created_at, updated_at)
    VALUES ('{ws}', '{import_id}', 'a.csv', '', 1, 'csv', '{{a}}', '{{"0": "phone"}}', '[]', '{user_id}', now(), now());
INSERT INTO bulk_edit (workspace_id, id, change, leads, created_by, created_at, updated_at)
    VALUES ('{ws}', '{edit_id}', '{{"verb": "delete"}}', 1, '{user_id}', now(), now());
INSERT INTO upload (workspace_id, id, file_name, file_size, created_by, created_at, updated_at)
    VALUES ('{ws}', '{upload_id}', 'a.csv', 1, '{me}', now(), now());
INSERT INTO archive (workspace_id, id, file_name, file_sha256, file_size, facts, created_by, created_at, updated_at)
    VALUES ('{ws}', '{archive_id}', 'a.txt', '', 1, '{{"kind": "chat", "text": "", "encoding": "utf-8", "messages": 1,
        "people": [], "partner": "", "files": 0, "order": "day_first", "is_order_open": false, "columns": [],
        "sample": [], "guess": {{}}}}', '{user_id}', now(), now());
INSERT INTO chat (workspace_id, id, device_id, address, last_at, last_message_id)
    VALUES ('{ws}', '{chat_id}', '{device_id}', '{phone}', now(), '{message_id}');
INSERT INTO message (workspace_id, id, device_id, chat_id, wire_id, sender, from_me, at, received_at, kind, status,
        body)
    VALUES ('{ws}', '{message_id}', '{device_id}', '{chat_id}', 'ONE', 'me', true, now(), now(), 'text', 'read',
        'Terima kasih');
INSERT INTO label (workspace_id, id, name, colour, created_at)
    VALUES ('{ws}', '{label_id}', '{label_id}', 'red', now());
INSERT INTO chat_label (workspace_id, chat_id, label_id) VALUES ('{ws}', '{chat_id}', '{label_id}');
INSERT INTO canned_reply (workspace_id, id, shortcut, body, updated_at)
    VALUES ('{ws}', '{reply_id}', '{reply_id}', 'one', now());
INSERT INTO api_key (workspace_id, id, name, prefix, secret_hash, permissions, created_by, created_at)
    VALUES ('{ws}', '{key_id}', 'one', 'abcdefgh', '{key_id}', '{{}}', '{user_id}', now());
INSERT INTO audit_entry (workspace_id, id, at, user_id, action, subject)
    VALUES ('{ws}', '{entry_id}', now(), '{user_id}', 'one', '{device_id}');
INSERT INTO chat_note (workspace_id, chat_id, id, user_id, body, at)
    VALUES ('{ws}', '{chat_id}', '{note_id}', '{user_id}', 'one', now());
INSERT INTO stop (id, scope, workspace_id, subject, since)
    VALUES ('{stop_id}', 'device', '{ws}', '{device_id}', now());
"""


async def furnish(database: Database, account: Account) -> dict[str, UUID]:
    """One of everything in the workspace, by the names that paths give to ids."""
    people, places = ("user_id", "contact_id", "lead_id"), ("device_id", "campaign_id", "media_id", "import_id")
    names = (
        *people,
        *places,
        "archive_id",
        "edit_id",
        "upload_id",
        "chat_id",
        "message_id",
        "label_id",
        "reply_id",
        "note_id",
        "key_id",
        "entry_id",
        "stop_id",
    )
    things = {name: make_id() for name in names}
    async with database.connection() as connection:
        phone = f"+6012{things['contact_id'].int % 10**7:07}"
        await connection.execute(ROWS.format(ws=account.workspace_id, me=account.user_id, phone=phone, **things))
    return things
