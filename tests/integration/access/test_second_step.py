"""The second step: a code after the password, on every way in that starts from a password."""

import base64
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from hebah.access.actions import entry
from hebah.access.model import Role
from hebah.foundation.clock import ManualClock
from hebah.foundation.postgres import Database
from hebah.second_step import rules
from tests.integration.conftest import PASSWORD, Web

CODE = tuple[int, str]


class Phone:
    """An authenticator that was told the secret."""

    def __init__(self, address: str, clock: ManualClock) -> None:
        self._secret = base64.b32decode(parse_qs(urlsplit(address).query)["secret"][0])
        self._clock = clock

    def code(self) -> str:
        return rules.code_at(self._secret, int(self._clock.now().timestamp()) // 30)

    async def next_code(self) -> str:
        await self._clock.advance(timedelta(seconds=30))
        return self.code()


async def enrol(browser: httpx.AsyncClient, clock: ManualClock) -> tuple[Phone, list[str]]:
    begun = await browser.post("/api/me/second-step")
    assert begun.json()["qr"].startswith("data:image/svg+xml")
    phone = Phone(begun.json()["address"], clock)
    confirmed = await browser.post("/api/me/second-step/confirm", json={"code": phone.code()})
    assert confirmed.status_code == 200, confirmed.text
    return phone, confirmed.json()["codes"]


async def sign_in(web: Web, code: str | None = None, email: str = "owner1@example.com") -> httpx.Response:
    browser = await web.stranger()
    return await browser.post("/api/session", json={"email": email, "password": PASSWORD, "code": code})


def said(answer: httpx.Response) -> CODE:
    body: dict[str, Any] = answer.json()
    return answer.status_code, str(body.get("code", ""))


async def test_after_the_password_a_code_is_asked_for_and_counts_once(web: Web, clock: ManualClock) -> None:
    phone, _ = await enrol(await web.signed_in(await web.found()), clock)
    code = await phone.next_code()

    assert said(await sign_in(web)) == (401, "second_step_needed")
    assert said(await sign_in(web, "000000")) == (422, "code_wrong")
    assert (await sign_in(web, code)).status_code == 200
    assert said(await sign_in(web, code)) == (422, "code_wrong")
    assert (await sign_in(web, await phone.next_code())).status_code == 200


async def test_the_code_that_switched_it_on_opens_nothing(web: Web, clock: ManualClock) -> None:
    phone, _ = await enrol(await web.signed_in(await web.found()), clock)
    assert said(await sign_in(web, phone.code())) == (422, "code_wrong")


async def test_a_wrong_password_tells_nothing_of_a_second_step(web: Web, clock: ManualClock) -> None:
    await enrol(await web.signed_in(await web.found()), clock)
    browser = await web.stranger()
    answer = await browser.post("/api/session", json={"email": "owner1@example.com", "password": "not the password"})
    assert said(answer) == (401, "sign_in_refused")


async def test_a_recovery_code_opens_once(web: Web, clock: ManualClock) -> None:
    browser = await web.signed_in(await web.found())
    _, codes = await enrol(browser, clock)

    assert (await sign_in(web, codes[0].upper())).status_code == 200
    assert said(await sign_in(web, codes[0])) == (422, "code_wrong")
    assert (await browser.get("/api/me/second-step")).json()["recoveryCodesLeft"] == 9


async def test_guessing_codes_is_made_to_wait(web: Web, clock: ManualClock) -> None:
    phone, _ = await enrol(await web.signed_in(await web.found()), clock)
    # From many places, so that only the limit of the codes themselves can stop it.
    answers = []
    for number in range(12):
        browser = await web.stranger()
        browser._transport = web.transport(f"203.0.113.{number}")
        guess = {"email": "owner1@example.com", "password": PASSWORD, "code": f"{number:06}"}
        answers.append(said(await browser.post("/api/session", json=guess)))
    assert answers == [(422, "code_wrong")] * 10 + [(429, "too_many_attempts")] * 2

    await clock.advance(timedelta(minutes=15))
    assert (await sign_in(web, phone.code())).status_code == 200


async def test_switching_it_on_ends_sessions_that_never_passed_it(web: Web, clock: ManualClock) -> None:
    owner = await web.found()
    here, elsewhere = await web.signed_in(owner), await web.signed_in(owner)
    await enrol(here, clock)
    assert (await here.get("/api/me")).json()["user"]["secondStepOn"] is True
    assert (await elsewhere.get("/api/me")).status_code == 401


async def test_it_is_switched_off_and_begun_anew_only_with_a_code(web: Web, clock: ManualClock) -> None:
    browser = await web.signed_in(await web.found())
    phone, old = await enrol(browser, clock)

    assert said(await browser.post("/api/me/second-step")) == (409, "second_step_state")
    assert said(await browser.post("/api/me/second-step/off", json={"code": "123456"})) == (422, "code_wrong")
    fresh = await browser.post("/api/me/second-step/recovery-codes", json={"code": await phone.next_code()})
    assert not set(fresh.json()["codes"]) & set(old)
    assert said(await sign_in(web, old[0])) == (422, "code_wrong")
    assert (await browser.post("/api/me/second-step/off", json={"code": await phone.next_code()})).status_code == 204
    assert (await sign_in(web)).status_code == 200


async def test_a_new_password_by_a_link_still_takes_the_code(web: Web, clock: ManualClock) -> None:
    owner = await web.found()
    helper = await web.signed_in(await web.person(owner.workspace_id, Role.OWNER))
    phone, _ = await enrol(await web.signed_in(owner), clock)
    made = await helper.post(f"/api/users/{owner.user_id}/sign-in-link")
    token = made.json()["path"].removeprefix("/reset?token=")
    chosen = {"token": token, "password": "another fine staple"}

    browser = await web.stranger()
    assert said(await browser.post("/api/reset", json=chosen)) == (401, "second_step_needed")
    assert said(await browser.post("/api/reset", json={**chosen, "code": "000000"})) == (422, "code_wrong")
    code = await phone.next_code()
    assert (await browser.post("/api/reset", json={**chosen, "code": code})).status_code == 200
    assert said(await browser.post("/api/reset", json={**chosen, "code": code})) == (409, "link_not_valid")
    assert said(await sign_in(web)) == (401, "sign_in_refused")  # the older password


async def test_owners_may_ask_it_of_all_who_run_the_workspace(web: Web, clock: ManualClock) -> None:
    owner = await web.found()
    admin, agent = [await web.person(owner.workspace_id, role) for role in (Role.ADMIN, Role.AGENT)]
    owners, admins, agents = [await web.signed_in(account) for account in (owner, admin, agent)]

    assert said(await owners.patch("/api/workspace", json={"secondStepRequired": True})) == (409, "second_step_first")
    await enrol(owners, clock)
    assert said(await admins.patch("/api/workspace", json={"secondStepRequired": True})) == (403, "owners_only")
    assert (await owners.patch("/api/workspace", json={"secondStepRequired": True})).status_code == 200

    assert said(await admins.get("/api/users")) == (403, "second_step_missing")
    assert (await admins.get("/api/me")).json()["secondStepMissing"] is True
    assert (await agents.get("/api/workspace")).status_code == 200
    await enrol(admins, clock)
    assert (await admins.get("/api/users")).status_code == 200


async def test_an_admin_helps_who_lost_the_phone_but_not_an_owner(web: Web, clock: ManualClock) -> None:
    owner = await web.found()
    admin, operator = [await web.person(owner.workspace_id, role) for role in (Role.ADMIN, Role.OPERATOR)]
    owners, admins, operators = [await web.signed_in(account) for account in (owner, admin, operator)]
    await enrol(owners, clock)
    await enrol(operators, clock)

    assert (await admins.delete(f"/api/users/{operator.user_id}/second-step")).status_code == 204
    assert (await operators.get("/api/me")).status_code == 401
    assert (await sign_in(web, email="user3@example.com")).status_code == 200
    assert said(await admins.delete(f"/api/users/{owner.user_id}/second-step")) == (403, "owners_only")


async def test_neither_secret_nor_codes_lie_in_the_database(web: Web, clock: ManualClock, database: Database) -> None:
    browser = await web.signed_in(await web.found())
    begun = (await browser.post("/api/me/second-step")).json()
    phone = Phone(begun["address"], clock)
    codes = (await browser.post("/api/me/second-step/confirm", json={"code": phone.code()})).json()["codes"]
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT row_to_json(s)::text FROM second_step s UNION ALL SELECT row_to_json(c)::text FROM recovery_code c"
        )
    stored = " ".join(row[0] for row in rows).lower()
    assert begun["secret"].lower() not in stored
    assert phone._secret.hex() not in stored
    assert all(code not in stored for code in codes)


async def test_an_owner_without_phone_and_codes_gets_back_in_from_the_machine(
    web: Web, clock: ManualClock, database: Database
) -> None:
    await enrol(await web.signed_in(await web.found()), clock)
    token = await entry.make_sign_in_link(database, clock, drop_second_step=True)
    browser = await web.stranger()
    assert (await browser.post("/api/entry", json={"token": token})).json()["user"]["secondStepOn"] is False
    assert (await sign_in(web)).status_code == 200
