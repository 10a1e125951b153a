"""Whatever our own description of the API allows, and whatever breaks it, is answered; nothing fails inside."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from hebah.foundation.postgres import Database
from tests.integration.conftest import ORIGIN, Web
from tests.integration.web.doors import furnish

# Afterwards the session that asks is over, or may do nothing more: they come last, in this order.
LAST = ("PATCH /api/workspace", "DELETE /api/me/sessions", "DELETE /api/session")
ASKED = {GenerationMode.POSITIVE: 3, GenerationMode.NEGATIVE: 2}
BOUNDED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

Operation = APIOperation[Any, Any, Any, Any]  # as schemathesis has them
Things = Mapping[str, object]


def operations(document: dict[str, Any]) -> list[Operation]:
    """Everything the document describes; what ends the session last."""
    schema = schemathesis.openapi.from_dict(document)
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    assert len(found) == sum(map(len, document["paths"].values()))
    return sorted(found, key=lambda one: LAST.index(one.label) if one.label in LAST else -1)


class Asker:
    """Sends what schemathesis makes up from its thread, as an owner's browser in the loop of the application."""

    def __init__(self, browser: httpx.AsyncClient, things: Things) -> None:
        self.failed: list[tuple[object, ...]] = []
        self.answered = 0
        self._browser = browser
        self._things = things
        self._loop = asyncio.get_running_loop()

    def ask_everything(self, asked: Sequence[Operation]) -> None:
        for operation in asked:
            for mode, examples in ASKED.items():
                self._ask(operation, mode, examples)

    def _ask(self, operation: Operation, mode: GenerationMode, examples: int) -> None:
        @settings(BOUNDED, max_examples=examples)
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            self._send(case)

        ask()

    def _send(self, case: Any) -> None:
        # Made-up ids name nothing: with those of things that are there, the request gets further.
        known = {name: str(self._things[name]) for name in case.path_parameters or {} if name in self._things}
        case.path_parameters = {**(case.path_parameters or {}), **known}
        prepared = requests.Request(**_fit(case.as_transport_kwargs(base_url=ORIGIN))).prepare()
        answering = self._answer(prepared)
        answer = asyncio.run_coroutine_threadsafe(answering, self._loop).result()
        self.answered += answer.status_code != 404
        is_over = '"code":"signed_out"' in answer.text and case.operation.label not in LAST
        if answer.status_code >= 500 or is_over:
            self.failed.append((case.operation.label, answer.status_code, prepared.url, prepared.body))

    async def _answer(self, prepared: requests.PreparedRequest) -> httpx.Response:
        media_type, body = prepared.headers.get("Content-Type"), prepared.body or b""
        assert isinstance(body, str | bytes)
        headers = {} if media_type is None else {"Content-Type": str(media_type)}
        return await self._browser.request(str(prepared.method), str(prepared.url), headers=headers, content=body)


def _fit(asked: dict[str, Any]) -> dict[str, Any]:
    """What `requests.Request` takes of it; the browser has its own cookies and headers."""
    return {
        name: value for name, value in asked.items() if name in {"method", "url", "params", "json", "data", "files"}
    }


@pytest.mark.timeout(300)
async def test_nothing_that_can_be_asked_fails_inside(web: Web, database: Database) -> None:
    owner = await web.found()
    things = await furnish(database, owner)
    del things["media_id"]  # a row without its bytes is what 503 tells of
    browser = await web.signed_in(owner)
    document = (await browser.get("/api/openapi.json")).json()
    asker = Asker(browser, things)
    await asyncio.to_thread(asker.ask_everything, operations(document))
    assert asker.failed == []
    assert asker.answered > 100
