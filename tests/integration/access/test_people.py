"""The people of a workspace: invitations, roles, grants, and the owner nobody can remove."""

from uuid import UUID, uuid4

import httpx
import pytest

from hebah.access.model import Account, Role
from hebah.foundation.ids import make_id
from tests.integration.conftest import PASSWORD, Web


async def add_device(web: Web, workspace_id: UUID) -> UUID:
    device_id = make_id()
    async with web.db.connection() as connection:
        await connection.execute(
            "INSERT INTO device (workspace_id, id, name, transport, state_since, created_at)"
            " VALUES ($1, $2, 'one', 'simulated', now(), now())",
            workspace_id,
            device_id,
        )
    return device_id


async def invite(browser: httpx.AsyncClient, **changes: object) -> httpx.Response:
    body = {"email": "chong@example.com", "name": "Chong", "role": "agent", "deviceIds": []}
    return await browser.post("/api/users", json={**body, **changes})


def token_of(invited: httpx.Response) -> str:
    path: str = invited.json()["invitationPath"]
    return path.removeprefix("/join?token=")


async def accept(web: Web, token: str) -> httpx.Response:
    browser = await web.stranger()
    return await browser.post("/api/invitation", json={"token": token, "name": "Chong Wei", "password": PASSWORD})


async def audited(web: Web, owner: Account) -> list[str]:
    async with web.db.connection() as connection:
        rows = await connection.fetch(
            "SELECT action FROM audit_entry WHERE workspace_id = $1 ORDER BY id", owner.workspace_id
        )
    return [row["action"] for row in rows]


async def test_an_invited_agent_joins_once_and_sees_the_granted_device(web: Web) -> None:
    owner = await web.found()
    device = await add_device(web, owner.workspace_id)
    invited = await invite(await web.signed_in(owner), deviceIds=[str(device)])

    joined = await accept(web, token_of(invited))
    again = await accept(web, token_of(invited))

    assert joined.json()["user"] | {"name": "Chong Wei", "role": "agent"} == joined.json()["user"]
    assert joined.json()["deviceIds"] == [str(device)]
    assert again.json()["code"] == "link_not_valid"
    assert await audited(web, owner) == ["workspace_founded", "user_invited", "invitation_accepted"]


async def test_inviting_again_replaces_an_unused_invitation(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    older, newer = await invite(browser), await invite(browser, role="operator")

    assert (await accept(web, token_of(older))).status_code == 409
    assert (await accept(web, token_of(newer))).json()["user"]["role"] == "operator"
    assert (await invite(browser)).json()["code"] == "email_taken"


async def test_an_address_of_another_workspace_is_taken(web: Web) -> None:
    await web.found()
    browser = await web.signed_in(await web.found())
    assert (await invite(browser, email="OWNER1@example.com")).json()["code"] == "email_taken"


async def test_devices_of_another_workspace_cannot_be_granted(web: Web) -> None:
    owner, other = await web.found(), await web.found()
    foreign = await add_device(web, other.workspace_id)

    answer = await invite(await web.signed_in(owner), deviceIds=[str(foreign)])

    assert (answer.status_code, answer.json()["data"]) == (422, {"fields": {"deviceIds": "unknown_device"}})


async def test_a_disabled_user_is_out_at_once_and_comes_back_when_enabled(web: Web) -> None:
    owner = await web.found()
    agent = await web.person(owner.workspace_id, Role.AGENT)
    browser, agents = await web.signed_in(owner), await web.signed_in(agent)
    path = f"/api/users/{agent.user_id}"

    assert (await browser.patch(path, json={"disabled": True})).json()["disabledAt"] is not None
    assert (await agents.get("/api/me")).status_code == 401
    sign_in = {"email": "user2@example.com", "password": PASSWORD}
    assert (await agents.post("/api/session", json=sign_in)).status_code == 401

    assert (await browser.patch(path, json={"disabled": False})).json()["disabledAt"] is None
    assert (await agents.post("/api/session", json=sign_in)).status_code == 200


async def test_a_changed_role_counts_at_the_next_request(web: Web) -> None:
    owner = await web.found()
    operator = await web.person(owner.workspace_id, Role.OPERATOR)
    browser, operators = await web.signed_in(owner), await web.signed_in(operator)
    assert (await operators.get("/api/users")).status_code == 200

    await browser.patch(f"/api/users/{operator.user_id}", json={"role": "agent"})

    assert (await operators.get("/api/users")).json()["code"] == "not_allowed"


@pytest.mark.parametrize("change", [{"role": "operator"}, {"disabled": True}])
async def test_the_last_owner_stays(web: Web, change: dict[str, object]) -> None:
    owner = await web.found()
    browser = await web.signed_in(owner)
    path = f"/api/users/{owner.user_id}"

    answer = await browser.patch(path, json=change)
    assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")

    await web.person(owner.workspace_id, Role.OWNER)
    assert (await browser.patch(path, json=change)).status_code == 200


async def test_of_two_owners_only_one_can_step_down(web: Web) -> None:
    owner = await web.found()
    second = await web.person(owner.workspace_id, Role.OWNER)
    browser = await web.signed_in(owner)
    answers = [
        await browser.patch(f"/api/users/{account.user_id}", json={"role": "operator"}) for account in (second, owner)
    ]
    assert [answer.status_code for answer in answers] == [200, 409]


async def test_an_unknown_user_is_not_found(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    assert (await browser.patch(f"/api/users/{uuid4()}", json={"disabled": True})).status_code == 404


async def test_settings_change_in_part_and_are_checked_as_a_whole(web: Web) -> None:
    owner = await web.found()
    browser = await web.signed_in(owner)

    changed = await browser.patch(
        "/api/workspace", json={"gapMinS": 1, "gapMaxS": 3, "dailyCap": None, "quietOn": False}
    )
    refused = await browser.patch("/api/workspace", json={"gapMinS": 5})

    assert changed.json() | {"gapMinS": 1.0, "gapMaxS": 3.0, "dailyCap": None, "quietOn": False} == changed.json()
    assert refused.json()["data"] == {"fields": {"gapMaxS": "below_minimum"}}
    assert (await browser.get("/api/workspace")).json() == changed.json()
    assert (await audited(web, owner))[-1] == "settings_changed"


async def test_a_change_moves_the_head_that_snapshots_carry(web: Web) -> None:
    browser = await web.signed_in(await web.found())
    before = (await browser.get("/api/workspace")).headers["x-event-head"]
    await browser.patch("/api/workspace", json={"name": "Kedai Baru"})
    after = (await browser.get("/api/workspace")).headers["x-event-head"]
    assert (before, after) == ("0", "1")
