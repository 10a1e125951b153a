"""An id of another workspace in a body or behind a question mark means as much as one that names nothing."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import httpx

from hebah.app.routes import api_document
from hebah.foundation.ids import make_id
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web
from tests.integration.web.doors import BODIES, KEYS, furnish

Json = dict[str, Any]
Things = Mapping[str, UUID]
DOCUMENT = api_document()

LEAD: Json = {"phone": "+60123456789", "name": "Siti"}
PERSON: Json = {"email": "siti@example.com", "name": "Siti", "role": "agent"}
CAMPAIGN: Json = {"name": "Raya", "body": "Salam"}
KEY: Json = {"name": "x", "permissions": ["device:read"]}
PLAN = BODIES["PUT /api/imports/{import_id:uuid}/mapping"]
ARCHIVE = BODIES["PUT /api/archives/{archive_id:uuid}/plan"]
BULK: Json = {"change": {"verb": "set_status", "status": "customer"}, "leadIds": None, "count": 1}
SAID: Json = {"clientId": KEYS[0], "body": "x"}
ON_WEB: Json = {"url": "https://127.0.0.1/x", "kind": "document"}
FILE = {"file": ("kosong.txt", b"Salam", "text/plain")}

# Which thing the id names, and with what it is asked. THIS stands for the id, OWN for a device of one's own.
THIS, OWN = object(), object()
MENTIONED: dict[str, tuple[str, Json]] = {
    "POST /api/users deviceIds": ("device_id", {"json": PERSON | {"deviceIds": [THIS]}}),
    "PATCH /api/users/{user_id} deviceIds": ("device_id", {"json": {"deviceIds": [THIS]}}),
    "POST /api/ownership userId": ("user_id", {"json": {"userId": THIS}}),
    "GET /api/audit who": ("user_id", {"params": {"who": THIS}}),
    "GET /api/audit subject": ("device_id", {"params": {"subject": THIS}}),
    "GET /api/audit.csv who": ("user_id", {"params": {"who": THIS}}),
    "GET /api/audit.csv subject": ("device_id", {"params": {"subject": THIS}}),
    "GET /api/events topic": ("device_id", {"params": {"topic": THIS}}),
    "POST /api/keys deviceIds": ("device_id", {"json": KEY | {"deviceIds": [THIS]}}),
    "POST /api/media deviceId": ("device_id", {"data": {"kind": "document", "deviceId": THIS}, "files": FILE}),
    "POST /api/media/from-web deviceId": ("device_id", {"json": ON_WEB | {"deviceId": THIS}}),
    "GET /api/audit.xlsx who": ("user_id", {"params": {"who": THIS}}),
    "GET /api/audit.xlsx subject": ("device_id", {"params": {"subject": THIS}}),
    "POST /api/stops subject": ("device_id", {"json": {"scope": "device", "subject": THIS}}),
    "GET /api/leads.csv deviceId": ("device_id", {"params": {"deviceId": THIS}}),
    "GET /api/leads.xlsx deviceId": ("device_id", {"params": {"deviceId": THIS}}),
    "GET /api/leads deviceId": ("device_id", {"params": {"deviceId": THIS}}),
    "POST /api/leads deviceId": ("device_id", {"json": LEAD | {"deviceId": THIS}}),
    "PATCH /api/leads/{lead_id} deviceId": ("device_id", {"json": {"version": 1, "deviceId": THIS}}),
    "POST /api/leads/bulk deviceId": ("device_id", {"params": {"deviceId": THIS}, "json": BULK}),
    "POST /api/leads/bulk leadIds": ("lead_id", {"json": BULK | {"leadIds": [THIS]}}),
    "POST /api/leads/bulk change.deviceId": (
        "device_id", {"json": BULK | {"change": {"verb": "move", "deviceId": THIS}}}
    ),
    "POST /api/suppressions leadId": ("lead_id", {"json": {"leadId": THIS, "reason": "by_hand"}}),
    "PUT /api/imports/{import_id}/mapping deviceIds": ("device_id", {"json": PLAN | {"deviceIds": [THIS]}}),
    "POST /api/imports/uploaded uploadId": ("upload_id", {"json": {"uploadId": THIS, "digest": None}}),
    "POST /api/archives/uploaded uploadId": ("upload_id", {"json": {"uploadId": THIS, "digest": None}}),
    "GET /api/chats deviceId": ("device_id", {"params": {"deviceId": THIS}}),
    "GET /api/chats labelId": ("label_id", {"params": {"labelId": THIS}}),
    "POST /api/chats deviceId": ("device_id", {"json": {"deviceId": THIS, "phone": "+60123456789"}}),
    "PATCH /api/chats/{chat_id} assignedTo": ("user_id", {"json": {"assignedTo": THIS}}),
    "PATCH /api/chats/{chat_id} labels": ("label_id", {"json": {"labels": [THIS]}}),
    "POST /api/chats/{chat_id}/read upTo": ("message_id", {"json": {"upTo": THIS}}),
    "GET /api/chats/{chat_id}/messages around": ("message_id", {"params": {"around": THIS}}),
    "POST /api/chats/{chat_id}/messages mediaId": ("media_id", {"json": SAID | {"kind": "image", "mediaId": THIS}}),
    "POST /api/chats/{chat_id}/messages quote": ("message_id", {"json": SAID | {"quote": THIS}}),
    "GET /api/messages/search deviceId": ("device_id", {"params": {"q": "terima kasih", "deviceId": THIS}}),
    "GET /api/messages/search chatId": ("chat_id", {"params": {"q": "terima kasih", "chatId": THIS}}),
    "PUT /api/archives/{archive_id}/plan deviceId": ("device_id", {"json": ARCHIVE | {"deviceId": THIS}}),
    "PUT /api/archives/{archive_id}/plan chatId": ("chat_id", {"json": ARCHIVE | {"deviceId": OWN, "chatId": THIS}}),
    "POST /api/campaigns mediaId": ("media_id", {"json": CAMPAIGN | {"mediaId": THIS}}),
    "POST /api/campaigns audience.deviceIds": ("device_id", {"json": CAMPAIGN | {"audience": {"deviceIds": [THIS]}}}),
    "PATCH /api/campaigns/{campaign_id} mediaId": ("media_id", {"json": CAMPAIGN | {"version": 1, "mediaId": THIS}}),
    "PATCH /api/campaigns/{campaign_id} audience.deviceIds": (
        "device_id", {"json": CAMPAIGN | {"version": 1, "audience": {"deviceIds": [THIS]}}}
    ),
    "POST /api/campaigns/preview mediaId": ("media_id", {"json": {"body": "x", "mediaId": THIS}}),
    "POST /api/campaigns/preview audience.deviceIds": (
        "device_id", {"json": {"body": "x", "audience": {"deviceIds": [THIS], "includeUnknownConsent": True}}}
    ),
    "GET /api/campaigns/{campaign_id}/recipients deviceId": ("device_id", {"params": {"deviceId": THIS}}),
}  # fmt: skip
# Made up by whoever asks, to tell a repetition from a second wish: it names nothing that is here.
MADE_UP = {"clientId"}
# Only narrows down whom a campaign is for: what would tell own from foreign takes linked numbers and recipients.
ALIKE = {
    "POST /api/campaigns/preview audience.deviceIds",
    "POST /api/campaigns audience.deviceIds",
    "PATCH /api/campaigns/{campaign_id} audience.deviceIds",
    "GET /api/campaigns/{campaign_id}/recipients deviceId",
}


def mentioned() -> set[str]:
    """Every field of a body or a query that holds ids, from the description of the API."""
    found = set()
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            found |= {f"{method.upper()} {path} {field}" for field in fields_with_ids(operation)}
    return found


def fields_with_ids(operation: Json) -> Iterator[str]:
    for parameter in operation.get("parameters", []):
        is_id = any(ids_in(parameter["schema"], "x")) or parameter["name"].endswith("Id")
        if is_id and parameter["in"] == "query":
            yield parameter["name"]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from (field for field in ids_in(content["schema"], "") if field not in MADE_UP)


def ids_in(schema: Json, field: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if schema.get("format") == "uuid":
        yield field
    for name, inside in schema.get("properties", {}).items():
        yield from ids_in(inside, f"{field}.{name}".removeprefix("."))
    of_any = [*schema.get("oneOf", []), *schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]
    for inside in of_any:
        yield from ids_in(inside, field)


def test_each_field_that_holds_ids_is_tried() -> None:
    assert mentioned() == MENTIONED.keys()


def with_ids(asked: Any, named: UUID, own: Things) -> Any:  # Any: JSON
    """The same with the ids in their places."""
    if asked is THIS or asked is OWN:
        return str(named if asked is THIS else own["device_id"])
    if isinstance(asked, dict):
        return {key: with_ids(value, named, own) for key, value in asked.items()}
    return [with_ids(value, named, own) for value in asked] if isinstance(asked, list) else asked


class Told(NamedTuple):
    """What an answer gives away, beside the ids, instants and numbers in it."""

    status: int
    shape: object


def told(answer: httpx.Response, named: UUID) -> Told:
    if "json" in answer.headers.get("content-type", ""):
        return Told(answer.status_code, shape_of(answer.json(), str(named)))
    if "spreadsheetml" in answer.headers.get("content-type", ""):
        # Packed, the same rows are more or fewer bytes, by the ids in them.
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return Told(answer.status_code, book.read("xl/worksheets/sheet1.xml").count(b"<row"))
    return Told(answer.status_code, len(answer.text.splitlines()))


VARYING = {"202", "01a", "019", "+60"}  # instants, ids and numbers


def shape_of(value: object, named: str) -> object:
    if isinstance(value, dict):
        return {key: shape_of(inside, named) for key, inside in value.items() if key not in {"id", "version"}}
    if isinstance(value, list):
        return [shape_of(inside, named) for inside in value]
    if value == named:
        return "the id that was asked for"
    return type(value).__name__ if isinstance(value, str) and value[:3] in VARYING else value


async def test_another_workspaces_ids_name_nothing_in_bodies_and_queries(web: Web, database: Database) -> None:
    theirs = await furnish(database, await web.found())
    wrong: list[tuple[object, ...]] = []
    for mention, (kind, asked) in MENTIONED.items():
        answers = []
        for named in (theirs[kind], make_id(), None):
            account = await web.found()
            own, browser = await furnish(database, account), await web.signed_in(account)
            answers.append(await ask(browser, mention, asked, own, named or own[kind]))
        foreign, nothing, at_home = answers
        if foreign != nothing or (foreign == at_home and mention not in ALIKE) or foreign.status >= 500:
            wrong.append((mention, foreign, nothing, at_home))
    assert wrong == [], "\n".join(map(str, wrong))


async def ask(browser: httpx.AsyncClient, mention: str, asked: Json, own: Things, named: UUID) -> Told:
    method, path, _ = mention.split(" ")
    answer = await browser.request(method, path.format(**own), **with_ids(asked, named, own))
    return told(answer, named)
