"""`hebah up`, from the first start to the next one."""

from tests.journeys.conftest import SETTLED, Start

SETUP = {
    "workspaceName": "Kedai Aminah",
    "zone": "Asia/Kuala_Lumpur",
    "language": "ms",
    "ownerName": "Aminah",
    "email": "aminah@example.com",
    "password": "correct horse battery",
    "trySimulated": True,
}


def test_the_first_start_is_set_up_by_its_link_and_later_starts_are_signed_in_to(start: Start) -> None:
    first = start("up")
    unused = first.printed(r"/setup\?token=(\S+)")
    with first.browser() as browser:
        assert browser.get("/ready").json()["status"] == "ready"
    assert first.figure("hebah_frozen_objects") > SETTLED
    assert first.stop() == 0

    # Nobody owns it yet, so the next start prints a fresh link and the older one is worth nothing.
    second = start("up")
    token = second.printed(r"/setup\?token=(\S+)")
    with second.browser() as browser:
        assert browser.post("/api/setup", json={**SETUP, "token": unused}).json()["code"] == "link_not_valid"
        assert browser.post("/api/setup", json={**SETUP, "token": token}).status_code == 201
        assert browser.get("/api/me").json()["workspace"]["name"] == "Kedai Aminah"
    assert second.stop() == 0

    third = start("up")
    third.printed(r"(is ready)")
    assert not any("token" in line for line in third.lines)
    with third.browser() as browser:
        answer = browser.post("/api/session", json={"email": SETUP["email"], "password": SETUP["password"]})
        assert answer.json()["user"]["name"] == "Aminah"
    assert third.stop() == 0


def test_a_hebah_that_was_killed_starts_again(start: Start) -> None:
    first = start("up")
    first.printed(r"(token=)")
    first.kill()

    second = start("up")
    second.printed(r"(token=)")
    assert second.stop() == 0
