"""How often one may ask: a flood is told to wait, and nobody else waits for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hebah.access.model import Role
from hebah.app.web import Parts
from hebah.foundation.clock import ManualClock
from tests.integration.conftest import Web


@pytest.fixture
def parts(parts: Parts) -> Parts:
    """One request a second, ten in a burst."""
    return replace(parts, requests_per_s=1.0)


async def test_a_session_that_floods_waits_and_others_do_not(web: Web, clock: ManualClock) -> None:
    owner = await web.found()
    flood, other = await web.signed_in(owner), await web.signed_in(await web.person(owner.workspace_id, Role.AGENT))
    answers = [await flood.get("/api/me") for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].json()["code"] == "too_many"
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert answers[-1].headers["retry-after"] == "1"
    assert (await other.get("/api/me")).status_code == 200
    await clock.advance(timedelta(seconds=1))
    assert (await flood.get("/api/me")).status_code == 200


async def test_strangers_of_one_address_share_a_limit(web: Web) -> None:
    stranger, elsewhere = await web.stranger(), await web.stranger()
    elsewhere._transport = web.transport("203.0.113.9")
    codes = [(await stranger.get("/api/setup")).status_code for _ in range(41)]
    assert codes == [200] * 40 + [429]
    # Whom a request speaks for is believed of trusted proxies only, and here is none.
    spoofed = await stranger.get("/api/setup", headers={"X-Forwarded-For": "203.0.113.7"})
    assert spoofed.status_code == 429
    assert (await elsewhere.get("/api/setup")).status_code == 200
