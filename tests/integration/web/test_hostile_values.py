"""Values that fit the letter of the API and nothing else are refused in words, in every field of every route."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from hebah.app.routes import api_document
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web
from tests.integration.web.doors import furnish

Json = dict[str, Any]
DOCUMENT = api_document()
# The session ends, or is asked for a second step that it has not.
ENDING = {"DELETE /api/me/sessions", "DELETE /api/session", "PATCH /api/workspace secondStepRequired"}

TEXTS = ("\x00", "Salam\x00", "\u202e" * 5_000, "%_\\'\"", " ")
NUMBERS = (-1, 2**31, 2**63 - 1, -(2**63))
INSTANTS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-05T09:00:00")


def resolved(schema: Json) -> Json:
    """What a reference refers to; of alternatives the first that is something."""
    if "$ref" in schema:
        return resolved(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for inside in (*schema.get("oneOf", []), *schema.get("anyOf", [])):
        if inside.get("type") != "null":
            return resolved(inside)
    return schema


def plain(schema: Json, name: str, things: Mapping[str, UUID]) -> Any:  # Any: JSON
    """Something that fits."""
    schema = resolved(schema)
    if schema.get("enum"):
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {key: plain(inside, key, things) for key, inside in schema.get("properties", {}).items()}
        case "array":
            return [plain(schema["items"], name, things)]
        case "integer" | "number":
            return 1
        case "boolean":
            return True
    if schema.get("format") == "uuid":
        ids = {"assignedTo": "user_id", "upTo": "message_id", "quote": "message_id", "topic": "device_id"}
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        return str(things.get(ids.get(name, snake.removesuffix("s")), things["label_id"]))
    if schema.get("format") == "date-time":
        return "2026-01-05T09:00:00Z"
    return "+60123456789" if name == "phone" else "siti@example.com" if name == "email" else "Salam dunia"


def hostile(schema: Json) -> tuple[Any, ...]:  # Any: JSON
    schema = resolved(schema)
    if schema.get("enum") or schema.get("format") == "uuid":
        return ()
    if schema.get("format") == "date-time":
        return INSTANTS
    return {"string": TEXTS, "integer": NUMBERS, "number": NUMBERS}.get(str(schema.get("type")), ())


def spoiled(schema: Json, good: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # Any: JSON
    """The good value with one hostile one in each place, and where that is."""
    schema = resolved(schema)
    yield from ((path, bad) for bad in hostile(schema))
    if schema.get("type") == "object":
        for key, inside in schema.get("properties", {}).items():
            for where, bad in spoiled(inside, good[key], f"{path}.{key}".removeprefix(".")):
                yield where, {**good, key: bad}
        if isinstance(schema.get("additionalProperties"), dict):
            for where, bad in spoiled(schema["additionalProperties"], "", f"{path}.*"):
                yield where, {"0": bad}
                yield where, {str(bad): "x"}
    if schema.get("type") == "array":
        yield from ((where, [bad]) for where, bad in spoiled(schema["items"], good[0], path))


def requests_of(operation: Json, things: Mapping[str, UUID]) -> Iterator[tuple[str, Json]]:
    """Everything to ask of it: the place of the hostile value, and the request."""
    queries = [each for each in operation.get("parameters", []) if each["in"] == "query"]
    good = {each["name"]: plain(each["schema"], each["name"], things) for each in queries if each.get("required")}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    json = {} if body is None else {"json": plain(body["schema"], "", things)}
    for each in queries:
        for bad in hostile(each["schema"]):
            yield each["name"], {"params": {**good, each["name"]: bad}, **json}
    if body is not None:
        for where, bad in spoiled(body["schema"], json["json"]):
            yield where, {"params": good, "json": bad}


async def test_no_value_of_any_field_fails_inside(web: Web, database: Database) -> None:
    owner = await web.found()
    browser, failed = await web.signed_in(owner), list[tuple[object, ...]]()
    asked = 0
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            things = await furnish(database, owner)
            for where, request in requests_of(operation, things):
                if f"{method.upper()} {path} {where}" in ENDING:
                    continue
                answer = await browser.request(method, path.format_map(Place(things)), **request)
                asked += 1
                if answer.status_code >= 500 or '"code":"signed_out"' in answer.text:
                    failed.append((method, path, where, answer.status_code, str(request)[:200]))
    assert failed == []
    assert asked > 500


class Place(dict[str, UUID]):
    """The ids of the things; of others, one that names nothing."""

    def __missing__(self, name: str) -> str:
        return "simulated" if name == "transport" else "+60120000000"
