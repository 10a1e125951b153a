"""A chat that stands far down in the list is found by what it is called, by its number and by its label."""

from dataclasses import replace

import httpx
import pytest

from hebah.app.joints import OffersTransports
from hebah.app.web import Parts
from hebah.foundation.ids import make_id
from hebah.inbox.api import chats
from hebah.inbox.store import listing
from tests.integration.conftest import Web

ABOVE = listing.WALKED + 10


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, routes=chats.ROUTES, provided={"transports": OffersTransports({})})


@pytest.fixture
async def owner(web: Web) -> httpx.AsyncClient:
    """Of a shop with a group, Mei Ling with a label, and above them more people than are looked through first."""
    shop = await web.found()
    device, mei, label = make_id(), make_id(), make_id()
    async with web.db.transaction() as tx:
        now = web.clock.now()
        await tx.execute(
            "INSERT INTO device (workspace_id, id, name, transport, state_since, created_at)"
            " VALUES ($1, $2, 'Kedai', 'simulated', $3, $3)",
            shop.workspace_id,
            device,
            now,
        )
        await tx.execute(
            "INSERT INTO contact (workspace_id, id, phone, name, created_at, updated_at)"
            " VALUES ($1, $2, '+60198765432', '\u9648\u7f8e\u73b2 Mei Ling', $3, $3)",
            shop.workspace_id,
            mei,
            now,
        )
        await tx.execute(
            "INSERT INTO chat (workspace_id, id, device_id, address, contact_id, name, last_at, last_message_id)"
            " SELECT $1::uuid, gen_random_uuid(), $2::uuid, address, contact_id, name, $3::timestamptz - age,"
            "  gen_random_uuid()"
            " FROM (VALUES ('+60198765432', $4::uuid, '', interval '2 days'),"
            "  ('120363000000000001@g.us', NULL, 'Pasar Malam', interval '3 days'))"
            "  AS old (address, contact_id, name, age)"
            " UNION ALL SELECT $1::uuid, gen_random_uuid(), $2::uuid, '+6011' || 20000000 + number, NULL, '',"
            "  $3::timestamptz - number * interval '1 second', gen_random_uuid()"
            " FROM generate_series(1, $5::integer) AS number",
            shop.workspace_id,
            device,
            now,
            mei,
            ABOVE,
        )
        await tx.execute(
            "INSERT INTO label (workspace_id, id, name, colour, created_at) VALUES ($1, $2, 'VIP', 'green', $3)",
            shop.workspace_id,
            label,
            now,
        )
        await tx.execute(
            "INSERT INTO chat_label (workspace_id, chat_id, label_id)"
            " SELECT workspace_id, id, $1 FROM chat WHERE contact_id = $2",
            label,
            mei,
        )
    return await web.signed_in(shop)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("mei l", "陈美玲 Mei Ling"),
        ("美玲", "陈美玲 Mei Ling"),
        ("玲", "陈美玲 Mei Ling"),
        ("019-876 5432", "陈美玲 Mei Ling"),
        ("malam", "Pasar Malam"),
    ],
)
async def test_a_chat_that_nobody_has_written_in_for_days_is_found_by_any_part_of_its_name_or_number(
    owner: httpx.AsyncClient, asked: str, name: str
) -> None:
    found = (await owner.get("/api/chats", params={"q": asked})).json()

    assert [chat["name"] for chat in found["items"]] == [name]


async def test_a_chat_that_nobody_has_written_in_for_days_is_found_by_its_label(
    web: Web, owner: httpx.AsyncClient
) -> None:
    async with web.db.connection() as connection:
        label_id = await connection.fetchval("SELECT id FROM label")

    found = (await owner.get("/api/chats", params={"labelId": str(label_id)})).json()

    assert [chat["name"] for chat in found["items"]] == ["陈美玲 Mei Ling"]
