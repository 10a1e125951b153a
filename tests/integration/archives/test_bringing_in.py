"""An archive becomes chats: text, files and tables, shown first and then stored."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from hebah.foundation.ids import make_id
from hebah.inbox import jobs as inbox_jobs
from hebah.messaging.said import MessageKind, Said
from tests.integration.archives.counter import EXPORT, MEI, Counter, local, picture, table_of, zip_of


async def test_an_exported_chat_becomes_a_chat_after_a_dry_run_that_said_so(counter: Counter) -> None:
    found = await counter.uploaded(EXPORT)
    assert found["state"] == "planning"
    assert found["found"]["kind"] == "chat"
    assert (found["found"]["people"], found["found"]["partner"]) == (["Mei Ling", "Kedai Aminah"], "Mei Ling")
    assert (found["found"]["me"], found["found"]["order"], found["found"]["isOrderOpen"]) == (
        "Kedai Aminah",
        "day_first",
        False,
    )

    checked = await counter.check(found)
    assert (checked["state"], checked["rowsTotal"], checked["counts"]["added"]) == ("checked", 7, 7)
    assert checked["counts"]["years"] == {"2025": 7}
    assert checked["counts"]["firstAt"] == "2025-12-24T01:00:00Z"
    assert checked["counts"]["lastAt"] == "2025-12-25T10:31:00Z"
    assert [(one["fromMe"], one["body"]) for one in checked["sample"]][1:3] == [
        (False, "Good morning, is it still there?"),
        (True, "Yes!\nTwo of them."),
    ]
    assert await counter.chats() == []

    finished = await counter.do(checked, "run")
    assert (finished["state"], finished["counts"]) == ("finished", checked["counts"])
    told = await counter.chat()
    assert [one["kind"] for one in told] == ["system", *["text"] * 6]
    assert [(one["fromMe"], one["body"]) for one in told][1:] == [
        (False, "Good morning, is it still there?"),
        (True, "Yes!\nTwo of them."),
        (False, "ok"),
        (False, "ok"),
        (True, "See you at 5"),
        (False, ""),
    ]
    assert told[-2]["editedAt"] is not None
    assert told[-1]["deletedAt"] is not None
    assert list((counter.desk.uploads / "archives").iterdir()) == []


async def test_what_is_brought_in_is_nobodys_news(counter: Counter) -> None:
    await counter.bring_in(EXPORT)
    (chat,) = await counter.chats()
    assert (chat["phone"], chat["name"], chat["unread"]) == (MEI, "Mei Ling", 0)
    assert (chat["last"]["deleted"], chat["lastAt"]) == (True, "2025-12-25T10:31:00Z")
    async with counter.desk.db.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM outbox") == 0
        assert await connection.fetchval("SELECT count(*) FROM suppression") == 0


async def test_a_zip_brings_its_files_and_says_which_are_missing(counter: Counter) -> None:
    text = (
        "[24/12/2025, 9:00:05 AM] Mei Ling: \u200e<attached: 00000001-PHOTO-2025-12-24.jpg>\n"
        "[24/12/2025, 9:00:06 AM] Mei Ling: price.pdf • \u200e2 pages \u200e<attached: 00000002-price.pdf>\n"
        "[24/12/2025, 9:00:07 AM] Mei Ling: \u200e<attached: 00000003-PHOTO-2025-12-24.jpg>\n"
        "[24/12/2025, 9:00:08 AM] Mei Ling: \u200evideo omitted\n"
    )
    content = zip_of(
        {"_chat.txt": text, "00000001-PHOTO-2025-12-24.jpg": picture(), "00000002-price.pdf": b"%PDF-1.7 price"}
    )
    brought = await counter.bring_in(content, "WhatsApp Chat - Mei Ling.zip", me="")
    assert (brought["counts"]["added"], brought["counts"]["files"], brought["counts"]["filesMissing"]) == (4, 2, 2)
    told = await counter.chat()
    assert [(one["kind"], one["media"]["state"], one["media"]["fileName"]) for one in told] == [
        ("image", "ready", "00000001-PHOTO-2025-12-24.jpg"),
        ("document", "ready", "00000002-price.pdf"),
        ("image", "left_out", "00000003-PHOTO-2025-12-24.jpg"),
        ("video", "left_out", ""),
    ]
    assert (told[0]["media"]["mime"], told[0]["media"]["width"], told[0]["media"]["height"]) == ("image/jpeg", 64, 48)
    assert (await counter.browser.get(told[0]["media"]["url"])).content == picture()


async def test_a_table_brings_many_chats_and_reports_the_rows_it_leaves_out(counter: Counter) -> None:
    content = table_of(
        ("Telefon", "Arah", "Tarikh Masa", "Mesej", "Nama fail", "Penghantar"),
        ("012-345 6789", "masuk", "24/12/2025 09:00", "Hai", "", "Mei Ling"),
        ("012-345 6789", "keluar", "2025-12-24T09:05:00+08:00", "Hai juga", "", ""),
        ("60198765432@s.whatsapp.net", "in", "24/12/2025 3:04 PM", "", "menu.pdf", "Kumar"),
        ("abc", "in", "24/12/2025 09:00", "who?", "", ""),
        ("0123456789", "sideways", "24/12/2025 09:00", "where?", "", ""),
        ("0123456789", "in", "31/02/2025 09:00", "when?", "", ""),
        ("0123456789", "in", "24/12/2008 09:00", "too old", "", ""),
        ("0123456789", "in", "24/12/2030 09:00", "=too young", "", ""),
        ("0123456789", "in", "24/12/2025 09:00", "", "", ""),
    )
    found = await counter.uploaded(content, "messages.csv")
    assert found["found"]["guess"] == {
        "0": "chat", "1": "direction", "2": "time", "3": "text", "4": "file", "5": "sender"
    }  # fmt: skip
    assert found["found"]["order"] == "day_first"
    finished = await counter.do(await counter.check(found), "run")
    refused = {
        "phone_letters": 1,
        "direction_unreadable": 1,
        "time_unreadable": 1,
        "before_whatsapp": 1,
        "in_the_future": 1,
        "nothing_said": 1,
    }
    assert (finished["counts"]["added"], finished["counts"]["refused"]) == (3, refused)
    assert {chat["phone"]: chat["name"] for chat in await counter.chats()} == {MEI: "Mei Ling", "+60198765432": "Kumar"}

    faults = (await counter.browser.get(f"/api/archives/{found['id']}/errors")).json()["items"]
    assert [fault["line"] for fault in faults] == [5, 6, 7, 8, 9, 10]
    answer = await counter.browser.get(f"/api/archives/{found['id']}/errors.csv")
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert lines[0] == ["Line", "Code", "Reason", "Text"]
    assert lines[5][:2] == ["9", "in_the_future"]
    # What a spreadsheet would run is kept as text.
    assert lines[5][3] == "'=too young"


async def test_a_message_out_of_a_file_cannot_be_answered_or_reacted_to(counter: Counter) -> None:
    await counter.bring_in(EXPORT)
    told = (await counter.chat())[1]
    reaction = {"emoji": "👍", "clientId": str(make_id())}
    answer = await counter.browser.post(f"/api/messages/{told['id']}/reaction", json=reaction)
    assert (answer.status_code, answer.json()["data"]["reason"]) == (409, "from_archive")


async def test_what_is_brought_in_can_be_searched_for_at_once_and_later(counter: Counter) -> None:
    async def found() -> list[str]:
        answer = await counter.browser.get("/api/messages/search", params={"q": "still there"})
        assert answer.status_code == 200, answer.text
        return [hit["message"]["body"] for hit in answer.json()["items"]]

    await counter.receive((local(2026, 1, 2, 9, 0), False, Said(MessageKind.TEXT, "Happy new year")))
    await inbox_jobs.index_words(counter.desk.db, settle_for=timedelta(0))
    await counter.bring_in(EXPORT)
    assert await found() == ["Good morning, is it still there?"]
    assert await inbox_jobs.index_words(counter.desk.db, settle_for=timedelta(0)) == 6
    assert await found() == ["Good morning, is it still there?"]
