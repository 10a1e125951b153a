"""What every answer has in common: problems with codes, safe headers, limits, the UI, the API's description."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from hebah.app.web import LARGEST_BODY, Parts, create_app
from hebah.foundation.postgres import Database
from tests.integration.conftest import Web


def is_problem(answer: httpx.Response, status: int, code: str) -> None:
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem.keys() == {"type", "title", "status", "detail", "code", "data"}


async def test_every_refusal_is_a_problem(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    is_problem(await browser.get("/api/nothing"), 404, "not_found")
    is_problem(await browser.get("/api/campaigns/not-an-id"), 404, "not_found")
    is_problem(await browser.put("/api/me"), 405, "method_not_allowed")
    is_problem(await browser.post("/api/session", content=b"{not json"), 400, "malformed")
    is_problem(await browser.post("/api/session", json=[]), 422, "invalid")
    is_problem(await browser.post("/api/session", content=b" " * (LARGEST_BODY + 1)), 413, "too_large")
    is_problem(await browser.get("/api/campaigns", params={"after": "made-up"}), 422, "cursor_unknown")
    assert "GET" in (await browser.put("/api/me")).headers["allow"]


async def test_fields_that_do_not_fit_are_named(web: Web) -> None:
    browser = await web.signed_in(await web.found())

    async def faults(body: dict[str, Any]) -> Any:  # Any: as JSON holds it
        return (await browser.patch("/api/workspace", json=body)).json()["data"]["fields"]

    assert await faults({"gapMinS": "fast"}) == {"gapMinS": "wrong_type"}
    assert await faults({"quietFrom": "9 o'clock"}) == {"quietFrom": "format"}
    assert await faults({"colour": "red"}) == {"colour": "unknown_field"}
    assert (await browser.post("/api/session", json={"email": "a@b.c"})).json()["data"] == {
        "fields": {"password": "missing"}
    }
    assert (await browser.get("/api/leads", params={"limit": "many"})).json()["data"] == {
        "fields": {"limit": "wrong_type"}
    }


async def test_a_database_that_is_gone_is_told_without_details(web: Web, database: Database) -> None:
    browser = await web.signed_in(await web.found())
    assert (await browser.get("/ready")).json() == {"status": "ready", "checks": {"database": "ok"}}
    await database.close()

    is_problem(await browser.get("/api/me"), 503, "storage_unreachable")
    ready = await browser.get("/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "not_ready")
    assert (await browser.get("/health")).json() == {"status": "ok", "version": "0.0-test"}


@pytest.mark.parametrize("path", ["/", "/health", "/api/me", "/api/nothing", "/assets/index-1a2b.js"])
async def test_every_answer_carries_safe_headers(web: Web, path: str) -> None:
    headers = (await (await web.stranger()).get(path, headers={"Accept-Encoding": "identity"})).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "cache-control" in headers


async def test_pages_are_the_application_and_never_cached(web: Web) -> None:
    browser = await web.stranger()
    for path in ("/", "/devices", "/campaigns/0190-1/report", "/setup?token=abc", "/index.html"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.text) == (200, "<!doctype html><title>Hebah</title>")
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("accepts", "encoding", "body"),
    [
        ("gzip, deflate, br", "br", b"brotli"),
        ("gzip", "gzip", b"gzipped"),
        ("br;q=0, identity", None, b"let a"),
        ("", None, b"let a"),
    ],
)
async def test_hashed_files_are_kept_for_good_in_the_best_encoding(
    web: Web, accepts: str, encoding: str | None, body: bytes
) -> None:
    browser = await web.stranger()
    async with browser.stream("GET", "/assets/index-1a2b.js", headers={"Accept-Encoding": accepts}) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert (answer.headers.get("content-encoding"), raw) == (encoding, body)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path", ["/.stamp", "/assets/../.stamp", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/assets/gone.js"]
)
async def test_only_the_files_of_the_ui_are_served(web: Web, path: str) -> None:
    text = (await (await web.stranger()).get(path)).text
    assert "secret" not in text
    assert "outside" not in text


async def test_a_missing_file_is_not_the_application(web: Web) -> None:
    is_problem(await (await web.stranger()).get("/assets/index-gone.js"), 404, "not_found")


async def test_without_a_built_ui_the_page_says_what_to_do(parts: Parts, tmp_path: Path) -> None:
    bare = Parts(parts.db, parts.clock, parts.passwords, parts.installation, static=tmp_path / "nothing")
    app: Any = create_app(bare)  # httpx and Litestar word the same protocol differently
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://hebah.test") as browser:
        answer = await browser.get("/devices")
    assert answer.status_code == 503
    assert "make ui" in answer.text


async def test_the_api_describes_itself(web: Web) -> None:
    document = (await (await web.stranger()).get("/api/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    described = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods if method != "head"
    }
    assert {("GET", "/api/me"), ("POST", "/api/campaigns"), ("PATCH", "/api/leads/{lead_id}")} <= described
    assert document["components"]["schemas"]["Me"]["properties"].keys() >= {"csrfToken", "deviceIds"}
    names = set(document["components"]["schemas"])
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in names


async def test_every_operation_has_a_name_of_its_own_and_a_sentence(web: Web) -> None:
    document = (await (await web.stranger()).get("/api/openapi.json")).json()
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert [operation["operationId"] for operation in operations if not operation.get("description")] == []


async def test_behind_tls_browsers_are_told_to_stay_there(parts: Parts) -> None:
    installation = replace(parts.installation, public_url="https://hebah.example")
    app: Any = create_app(replace(parts, installation=installation))  # httpx and Litestar word one protocol differently
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://10.0.0.4:3000") as browser:
        answer = await browser.get("/health")
        assert "max-age" in answer.headers["strict-transport-security"]
        # Pages come from the public address, whatever the proxy calls us.
        signed_in = await browser.post("/api/session", json={}, headers={"Origin": "https://hebah.example"})
        assert signed_in.json()["code"] == "invalid"
        foreign = await browser.post("/api/session", json={}, headers={"Origin": "https://hebah.example.evil"})
        assert foreign.json()["code"] == "origin_refused"


def references(node: Any) -> list[str]:  # Any: as JSON holds it
    """Every `$ref` in a document."""
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in references(value)]
    return [found for value in node for found in references(value)] if isinstance(node, list) else []


async def test_a_malformed_host_is_refused(web: Web) -> None:
    browser = await web.stranger()
    answer = await browser.get("/api/me", headers={"Host": "a/?x="})
    assert answer.status_code in {400, 401}
