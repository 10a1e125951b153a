"""What an imported file holds already and a link then delivers, or the other way round, is one message."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from hebah.foundation import eventlog
from hebah.foundation.clock import ManualClock
from hebah.foundation.ids import make_id
from hebah.gateway.incoming import ReceiptArrived, ReceiptKind
from hebah.inbox.actions import merging
from hebah.inbox.actions import messages as inbox
from hebah.inbox.model.messages import KnownAs, MessageStatus, SentMessage
from hebah.messaging.said import Card, MediaFacts, MessageKind, Place, Quote, Said, Target
from tests.integration.archives.counter import MEI, Counter, live, local, picture, zip_of

MOMENT = local(2025, 12, 24, 9, 2)
BY_MINUTES = (
    "24/12/2025, 09:02 - Mei Ling: ok\n24/12/2025, 09:02 - Kedai Aminah: Ada\n24/12/2025, 09:02 - Mei Ling: ok\n"
)
BY_SECONDS = """\
[24/12/25, 09:02:05] Mei Ling: ok
[24/12/25, 09:02:20] Kedai Aminah: Ada
[24/12/25, 09:02:40] Mei Ling: ok
"""


def at(second: float) -> datetime:
    return MOMENT + timedelta(seconds=second)


def photo(caption: str = "") -> Said:
    return Said(MessageKind.IMAGE, caption, media=MediaFacts(b"ref", "image/jpeg", 900, 64, 48))


def voice() -> Said:
    return Said(MessageKind.VOICE, media=MediaFacts(b"ref", "audio/ogg", 900, seconds=3))


@pytest.mark.parametrize("file", [BY_MINUTES, BY_SECONDS])
async def test_what_is_delivered_after_a_file_has_brought_it_is_there_once_and_whatsapps_own(
    counter: Counter, file: str
) -> None:
    brought = await counter.bring_in(file)
    order = [one["id"] for one in await counter.chat()]
    told = [live(at(5), "ok"), live(at(20), "Ada", from_me=True), live(at(40), "ok")]

    await counter.deliver(*told)
    await counter.deliver(*told)  # an acknowledgement was lost

    stored = await counter.chat()
    assert [one["wireId"] for one in stored] == [one.wire_id for one in told]
    assert [one["id"] for one in stored] == order, "each stands where it stood"
    (chat,) = await counter.chats()
    assert (chat["unread"], chat["last"]["id"]) == (2, order[-1])
    await counter.do(brought, "remove")
    assert len(await counter.chat()) == 3, "what WhatsApp has told stays when the file is taken back"


async def test_what_came_under_a_hidden_number_is_one_with_what_a_file_has_brought_once_it_is_known_whose_it_is(
    counter: Counter,
) -> None:
    await counter.bring_in(BY_MINUTES)
    hidden = "lid:900123456789"
    told = [
        live(at(5), "ok", chat=hidden),
        live(at(20), "Ada", from_me=True, chat=hidden),
        live(at(40), "ok", chat=hidden),
    ]
    await counter.deliver(*told, live(at(50), "ok", chat=hidden), live(at(90), "Hello?", chat=hidden))
    assert len(await counter.chats()) == 2

    async with counter.desk.db.transaction() as tx:
        met = {KnownAs(counter.shop.workspace_id, MEI, hidden.removeprefix("lid:"))}
        await inbox.recognise(tx, [], met, counter.desk.clock.now())
    await merging.merge_known(counter.desk.db, counter.desk.clock)

    assert [body for _, body in await counter.said()] == ["ok", "Ada", "ok", "ok", "Hello?"]
    assert {one.wire_id for one in told} <= {one["wireId"] for one in await counter.chat()}


async def test_one_more_of_the_same_words_is_another_message(counter: Counter) -> None:
    await counter.bring_in(BY_SECONDS)
    await counter.deliver(live(at(5), "ok"), live(at(40), "ok"), live(at(50), "ok"))
    assert await counter.said() == [(False, "ok"), (True, "Ada"), (False, "ok"), (False, "ok")]


async def test_receipts_changes_and_answers_reach_what_a_file_had_brought(counter: Counter) -> None:
    await counter.bring_in(BY_MINUTES)
    asked, ours = live(at(5), "ok"), live(at(20), "Ada", from_me=True)
    answer = live(at(40), Said(MessageKind.TEXT, "ok", quote=Quote(ours.wire_id, "me", "Ada")))
    await counter.deliver(asked, ours, answer)
    await counter.deliver(
        ReceiptArrived("r", MEI, (ours.wire_id,), ReceiptKind.READ, at(60)),
        live(at(61), Said(MessageKind.EDIT, "okey", target=Target(asked.wire_id, from_me=False))),
    )
    stored = {one["wireId"]: one for one in await counter.chat()}
    assert stored[ours.wire_id]["tick"] == "read"
    assert stored[asked.wire_id]["body"] == "okey"
    assert stored[answer.wire_id]["quote"]["messageId"] == stored[ours.wire_id]["id"]


async def test_an_edit_that_was_faster_than_its_message_finds_it_among_those_of_a_file(counter: Counter) -> None:
    await counter.bring_in(BY_MINUTES)
    told = live(at(5), "ok")
    await counter.deliver(live(at(30), Said(MessageKind.EDIT, "okey", target=Target(told.wire_id, from_me=False))))
    await counter.deliver(told)
    assert [body for _, body in await counter.said()] == ["okey", "Ada", "ok"]


async def test_what_is_delivered_is_unread_until_the_phone_or_a_colleague_has_read_it(counter: Counter) -> None:
    await counter.bring_in(BY_MINUTES)
    first, second = live(at(5), "ok"), live(at(40), "ok")
    await counter.deliver(first, second, live(at(90), "Hello?"))
    assert [(one["unread"], one["last"]["body"]) for one in await counter.chats()] == [(3, "Hello?")]
    await counter.deliver(ReceiptArrived("r", MEI, (second.wire_id,), ReceiptKind.READ, at(95), by_me=True))
    (chat,) = await counter.chats()
    assert chat["unread"] == 1
    await counter.browser.post(f"/api/chats/{chat['id']}/read", json={})
    assert [one["unread"] for one in await counter.chats()] == [0]


async def test_a_stop_that_a_file_had_told_stops_when_it_is_delivered(counter: Counter) -> None:
    await counter.bring_in("24/12/2025, 09:02 - Mei Ling: STOP\n", me="")
    assert not await suppressed(counter)
    await counter.deliver(live(at(5), "STOP"))
    assert await suppressed(counter)
    assert len(await counter.chat()) == 1


async def test_open_pages_are_told_which_message_to_look_at_again(counter: Counter) -> None:
    await counter.bring_in(BY_SECONDS)
    ids = [UUID(one["id"]) for one in await counter.chat()]
    before = await head(counter)
    await counter.deliver(live(at(5), "ok"))
    async with counter.desk.db.connection() as connection:
        news = await eventlog.read_since(connection, counter.shop.workspace_id, counter.device_id, since=before)
    told = [event.ids for event in news.events if event.kind == "messages_changed"]
    assert told == [(ids[0],)]


async def test_what_a_file_has_brought_is_found_by_its_words_once_whatsapp_tells_it_too(counter: Counter) -> None:
    await counter.bring_in(BY_SECONDS.replace("Ada", "Ada\u00a0stok"))
    await counter.deliver(live(at(20), "Ada stok", from_me=True))
    answer = await counter.browser.get("/api/messages/search", params={"q": "stok"})
    assert answer.status_code == 200, answer.text
    assert [one["message"]["body"] for one in answer.json()["items"]] == ["Ada stok"]


async def test_a_picture_that_an_export_left_out_can_be_fetched_once_whatsapp_tells_it(counter: Counter) -> None:
    await counter.bring_in("24/12/2025, 09:02 - Mei Ling: <Media omitted>\nOur shop\n", me="")
    await counter.deliver(live(at(5), photo("Our shop")))
    (one,) = await counter.chat()
    assert (one["kind"], one["body"], one["media"]["state"]) == ("image", "Our shop", "waiting")


async def test_a_picture_that_came_with_a_file_is_not_fetched_again(counter: Counter) -> None:
    text = "24/12/2025, 09:02 - Mei Ling: IMG-20251224-WA0001.jpg (file attached)\n"
    await counter.bring_in(zip_of({"_chat.txt": text, "IMG-20251224-WA0001.jpg": picture()}), "chat.zip", me="")
    (before,) = await counter.chat()
    await counter.deliver(live(at(5), photo()))
    (one,) = await counter.chat()
    assert (one["media"]["state"], one["media"]["url"]) == ("ready", before["media"]["url"])
    async with counter.desk.db.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM media_fetch") == 0


async def test_files_of_a_minute_go_to_those_of_their_kind(counter: Counter) -> None:
    await counter.bring_in(
        "24/12/2025, 09:02 - Mei Ling: IMG-20251224-WA0001.jpg (file attached)\n"
        "24/12/2025, 09:02 - Mei Ling: PTT-20251224-WA0002.opus (file attached)\n",
        me="",
    )
    sound, image = live(at(5), voice()), live(at(6), photo())
    await counter.deliver(sound, image)
    assert [(one["kind"], one["wireId"]) for one in await counter.chat()] == [
        ("image", image.wire_id),
        ("voice", sound.wire_id),
    ]


async def test_a_voice_note_is_not_the_picture_of_the_same_minute(counter: Counter) -> None:
    await counter.bring_in("24/12/2025, 09:02 - Mei Ling: IMG-20251224-WA0001.jpg (file attached)\n", me="")
    await counter.deliver(live(at(5), voice()))
    assert sorted(one["kind"] for one in await counter.chat()) == ["image", "voice"]


PLACE = Said(MessageKind.LOCATION, place=Place(2.9, 101.7))
ELSEWHERE = Said(MessageKind.LOCATION, place=Place(3.1, 101.6))
POLL = Said(MessageKind.POLL, "Which day?", options=("Monday", "Tuesday"))
OTHER_POLL = Said(MessageKind.POLL, "Which colour?", options=("Red", "Blue"))
CARD = Said(MessageKind.CONTACTS, cards=(Card("Ali", "BEGIN:VCARD\nEND:VCARD"),))
STICKER = Said(MessageKind.STICKER, media=MediaFacts(b"ref", "image/webp", 900))
OF_A_KIND = [
    ("location: https://maps.google.com/?q=2.9,101.7", PLACE),
    ("Location: https://maps.google.com/?q=2.900000,101.700000", PLACE),
    ("POLL:\nWhich day?\nOPTION: Monday (2 votes)\nOPTION: Tuesday (0 votes)", POLL),
    ("Ali.vcf (file attached)", CARD),
    ("STK-20251224-WA0001.webp (file attached)", STICKER),
    ("<Media omitted>", STICKER),
]


@pytest.mark.parametrize(("words", "said"), OF_A_KIND)
@pytest.mark.parametrize("is_old", [True, False])
async def test_what_a_file_says_in_words_is_what_whatsapp_has_a_kind_for(
    counter: Counter, words: str, said: Said, *, is_old: bool
) -> None:
    await counter.bring_in(f"24/12/2025, 09:02 - Mei Ling: {words}\n", me="")
    if is_old:
        await counter.receive((at(5), False, said))
    else:
        await counter.deliver(live(at(5), said))
    (one,) = await counter.chat()
    assert one["kind"] == said.kind
    again = await counter.bring_in(f"[24/12/25, 09:02:05] Mei Ling: {words}\n", me="")
    assert (again["counts"]["added"], again["counts"]["known"]) == (0, 1)


@pytest.mark.parametrize(("words", "other"), [(OF_A_KIND[0][0], ELSEWHERE), (OF_A_KIND[2][0], OTHER_POLL)])
async def test_another_place_or_poll_of_the_same_minute_is_another_message(
    counter: Counter, words: str, other: Said
) -> None:
    first = f"24/12/2025, 09:02 - Mei Ling: {words}\n"
    await counter.bring_in(first, me="")
    await counter.deliver(live(at(5), other))
    assert len(await counter.chat()) == 2
    # And the other way round.
    later = live(at(60 + 5), other)
    await counter.deliver(later)
    assert (await counter.bring_in(first.replace("09:02", "09:03"), me=""))["counts"]["added"] == 1


@pytest.mark.parametrize("kind", [MessageKind.UNDECRYPTED, MessageKind.UNKNOWN])
async def test_what_cannot_be_read_is_not_taken_for_a_deleted_message(counter: Counter, kind: MessageKind) -> None:
    await counter.bring_in("24/12/2025, 09:02 - Mei Ling: This message was deleted\n", me="")
    await counter.receive((at(5), False, Said(kind)))
    assert len(await counter.chat()) == 2


async def test_what_could_not_be_read_at_first_is_the_message_that_a_file_has_told_meanwhile(counter: Counter) -> None:
    unreadable = live(at(5), Said(MessageKind.UNDECRYPTED))
    await counter.deliver(unreadable)
    await counter.bring_in("24/12/2025, 09:02 - Mei Ling: ok\n", me="")
    await counter.deliver(live(at(5), "ok", wire_id=unreadable.wire_id))
    assert [(one["kind"], one["wireId"]) for one in await counter.chat()] == [("text", unreadable.wire_id)]
    (chat,) = await counter.chats()
    assert chat["unread"] == 1


async def test_in_a_group_it_is_known_by_its_words_and_moment(counter: Counter) -> None:
    group, people = "group:120363000000000001", ("+60111111111", "+60122222222")
    first = live(at(-60), "Selamat pagi", chat=group, sender=people[0])
    await counter.deliver(first)
    (chat,) = await counter.chats()
    file = "24/12/2025, 09:01 - Ali: Selamat pagi\n24/12/2025, 09:02 - Siti: ok\n"
    brought = await counter.bring_in(file, phone="", chatId=chat["id"], me="")
    assert (brought["counts"]["added"], brought["counts"]["known"]) == (1, 1)
    await counter.deliver(live(at(5), "ok", chat=group, sender=people[1]))
    assert [one["sender"] for one in await counter.chat()] == list(people)


async def test_what_was_said_here_and_went_out_later_is_known_in_an_export(
    counter: Counter, clock: ManualClock
) -> None:
    # Said while the link was down: it stands where it was said, and the phone shows when it went out.
    await counter.deliver(live(local(2026, 1, 5, 16, 58), "Ada?"))
    (chat,) = await counter.chats()
    said = {"clientId": str(make_id()), "body": "Ada"}
    answer = await counter.browser.post(f"/api/chats/{chat['id']}/messages", json=said)
    assert answer.status_code == 201, answer.text
    await went_out(counter, after=timedelta(minutes=3, seconds=7))
    export = "05/01/2026, 16:58 - Mei Ling: Ada?\n05/01/2026, 17:03 - Kedai Aminah: Ada\n"
    await clock.advance(timedelta(minutes=10))
    for file in (export, export.replace("16:58", "16:58:00").replace("17:03", "17:03:07")):
        brought = await counter.bring_in(file)
        assert (brought["counts"]["added"], brought["counts"]["known"]) == (0, 2)
    again = await counter.bring_in("05/01/2026, 17:00 - Kedai Aminah: Ada\n")
    assert again["counts"]["added"] == 1, "nothing went out at the moment when it was said"


async def test_what_our_sender_settles_after_a_file_has_told_it_is_one_message(counter: Counter) -> None:
    await counter.bring_in(BY_MINUTES)
    sent = SentMessage(
        counter.shop.workspace_id,
        counter.device_id,
        MEI,
        "3EB0OURS",
        Said(MessageKind.TEXT, "Ada"),
        at(20),
        MessageStatus.UNKNOWN,
        outbox_id=None,
    )
    async with counter.desk.db.transaction() as tx:
        await inbox.record_sent(tx, [sent])
        await inbox.record_sent(tx, [sent])
    assert [one["wireId"] for one in await counter.chat() if one["fromMe"]] == ["3EB0OURS"]
    assert [one["tick"] for one in await counter.chat() if one["fromMe"]] == ["accepted"]


async def went_out(counter: Counter, *, after: timedelta) -> None:
    """As the sender settles it."""
    ours = (await counter.chat())[-1]
    sent = SentMessage(
        counter.shop.workspace_id,
        counter.device_id,
        MEI,
        ours["wireId"],
        Said(MessageKind.TEXT, ours["body"]),
        datetime.fromisoformat(ours["at"]) + after,
        MessageStatus.ACCEPTED,
    )
    async with counter.desk.db.transaction() as tx:
        await inbox.record_sent(tx, [sent])


async def suppressed(counter: Counter) -> bool:
    async with counter.desk.db.connection() as connection:
        found = await connection.fetchval(
            "SELECT count(*) FROM suppression WHERE workspace_id = $1", counter.shop.workspace_id
        )
    return bool(found)


async def head(counter: Counter) -> int:
    async with counter.desk.db.connection() as connection:
        return (
            await eventlog.read_since(connection, counter.shop.workspace_id, counter.device_id, since=0, limit=1)
        ).head
