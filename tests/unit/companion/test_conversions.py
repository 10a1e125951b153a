"""Our words and the companion's say the same."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.adapters.transports.companion import inward, outward
from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.devices.model import DeviceState
from hebah.gateway.incoming import (
    HistoryChat,
    HistoryOffered,
    LinkEvent,
    MediaAsked,
    MediaGone,
    MediaLater,
    MessageArrived,
    ReceiptArrived,
    ReceiptKind,
    StateChanged,
    TypingSeen,
)
from hebah.gateway.outgoing import (
    Accepted,
    CheckNumbers,
    Command,
    CommandOutcome,
    DeletionOut,
    Done,
    EditOut,
    Failed,
    MarkRead,
    MediaOut,
    NotWritten,
    NumberFound,
    NumbersChecked,
    Outgoing,
    OutgoingContent,
    Probe,
    ReactionOut,
    Refused,
    RequestHistory,
    SendOutcome,
    TextOut,
    Typing,
    TypingState,
    Unknown,
)
from hebah.gateway.transport import (
    ByCode,
    ByQr,
    CodeShown,
    DeviceRef,
    Identity,
    LinkStep,
    PasskeyAsked,
    PasskeyCodeShown,
    QrShown,
)
from hebah.messaging.chataddress import Alias
from hebah.messaging.said import Card, MediaFacts, MessageKind, Place, Quote, Said, Target

AT = datetime(2026, 1, 5, 9, 0, 0, 250_000, tzinfo=UTC)
AT_MS = 1_767_603_600_250
PERSON, GROUP = "+60123000001", "group:120363"
SLOT = DeviceRef(UUID(int=1), UUID(int=2))
KEY = outward.device_of(SLOT)


class File:
    size = 5
    sha256 = b"\x01" * 32

    async def read(self) -> AsyncIterator[bytes]:
        yield b"bytes"


PHOTO = MediaOut(MessageKind.IMAGE, File(), "image/jpeg", "Menu", "menu.jpg", 320, 240, 0, b"small")
VOICE = MediaOut(MessageKind.VOICE, File(), "audio/ogg", seconds=7, waveform=bytes(64))


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (TextOut("Hai"), pb.Send(text=pb.Text(body="Hai"))),
        (
            PHOTO,
            pb.Send(
                media=pb.MediaFile(
                    kind="image", path="/s/f", mime="image/jpeg", caption="Menu", file_name="menu.jpg", width=320,
                    height=240, sha256=b"\x01" * 32, thumbnail=b"small",
                )
            ),
        ),
        (
            VOICE,
            pb.Send(
                media=pb.MediaFile(
                    kind="voice", path="/s/f", mime="audio/ogg", seconds=7, sha256=b"\x01" * 32, waveform=bytes(64)
                )
            ),
        ),
        (
            ReactionOut(Target("W1", from_me=False, sender=PERSON), "👍"),
            pb.Send(reaction=pb.Reaction(target=pb.Target(wire_id="W1", sender=PERSON), emoji="👍")),
        ),
        (
            EditOut(Target("W1", from_me=True), "Hai!"),
            pb.Send(edit=pb.Edit(target=pb.Target(wire_id="W1", from_me=True), body="Hai!")),
        ),
        (
            DeletionOut(Target("W1", from_me=True)),
            pb.Send(deletion=pb.Deletion(target=pb.Target(wire_id="W1", from_me=True))),
        ),
    ],
)  # fmt: skip
def test_a_send_says_what_we_send(content: OutgoingContent, wanted: pb.Send) -> None:
    wanted.wire_id, wanted.to = "M1", PERSON
    asked = outward.send_request(KEY, Outgoing("M1", PERSON, content), "/s/f" if isinstance(content, MediaOut) else "")
    assert asked == pb.Request(
        device=pb.Device(workspace_id=bytes(15) + b"\1", device_id=bytes(15) + b"\2"), send=wanted
    )


def test_an_answer_carries_what_it_answers() -> None:
    asked = outward.send_request(KEY, Outgoing("M2", GROUP, TextOut("Ya"), Quote("W1", PERSON, "Ada stok?")))
    assert asked.send.quote == pb.Quote(wire_id="W1", sender=PERSON, body="Ada stok?")


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        (
            MarkRead(GROUP, ("W1", "W2"), PERSON, played=True),
            pb.Request(mark_read=pb.MarkRead(chat=GROUP, sender=PERSON, wire_ids=["W1", "W2"], played=True)),
        ),
        (Typing(PERSON, TypingState.RECORDING), pb.Request(typing=pb.Typing(chat=PERSON, state="recording"))),
        (CheckNumbers((PERSON,)), pb.Request(check_numbers=pb.CheckNumbers(phones=[PERSON]))),
        (
            RequestHistory(PERSON, Target("W1", from_me=True), AT, 50),
            pb.Request(request_history=pb.RequestHistory(chat=PERSON, wire_id="W1", from_me=True, at=AT_MS, count=50)),
        ),
        (Probe(), pb.Request(probe=pb.Probe())),
    ],
)
def test_a_command_says_what_we_want(command: Command, wanted: pb.Request) -> None:
    wanted.device.CopyFrom(KEY)
    assert outward.command_request(KEY, command) == wanted


def test_a_linking_by_code_names_the_phone() -> None:
    assert outward.link_request(KEY, ByCode(PERSON)).link.phone == PERSON
    assert outward.link_request(KEY, ByQr()).HasField("link")
    assert outward.link_request(KEY, ByQr()).link.phone == ""


def test_a_wanted_file_names_its_message() -> None:
    asked = outward.media_request(KEY, MediaAsked(b"ref", GROUP, PERSON, "W1", from_me=True))
    assert asked.fetch_media == pb.FetchMedia(ref=b"ref", chat=GROUP, sender=PERSON, wire_id="W1", from_me=True)


def incoming(**more: object) -> pb.Incoming:
    return pb.Incoming(chat=PERSON, sender=PERSON, wire_id="W1", at=AT_MS, **more)  # type: ignore[arg-type]


FACTS = pb.MediaFacts(
    ref=b"r", mime="image/jpeg", size=9, width=3, height=2, file_name="a", thumbnail=b"t", sha256=b"s"
)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (incoming(kind="text", body="Hai"), Said(MessageKind.TEXT, "Hai")),
        (
            incoming(kind="text", body="Ya", quote=pb.Quote(wire_id="W0", sender=PERSON, body="Ada?")),
            Said(MessageKind.TEXT, "Ya", quote=Quote("W0", PERSON, "Ada?")),
        ),
        (
            incoming(kind="image", body="Menu", media=FACTS, once=True),
            Said(
                MessageKind.IMAGE,
                "Menu",
                media=MediaFacts(b"r", "image/jpeg", 9, 3, 2, 0, "a", b"t", b"s"),
                once=True,
            ),
        ),
        (
            incoming(kind="location", place=pb.Place(latitude=3.1, longitude=101.7, name="KL", live=True)),
            Said(MessageKind.LOCATION, place=Place(3.1, 101.7, "KL", live=True)),
        ),
        (
            incoming(kind="contacts", cards=[pb.Card(name="Ali", vcard="BEGIN:VCARD")]),
            Said(MessageKind.CONTACTS, cards=(Card("Ali", "BEGIN:VCARD"),)),
        ),
        (incoming(kind="poll", body="Bila?", options=["A", "B"]), Said(MessageKind.POLL, "Bila?", options=("A", "B"))),
        (
            incoming(kind="deletion", target=pb.Target(wire_id="W0", from_me=True)),
            Said(MessageKind.DELETION, target=Target("W0", from_me=True)),
        ),
        (incoming(kind="unknown", raw=b"?"), Said(MessageKind.UNKNOWN, raw=b"?")),
        (incoming(kind="invented_tomorrow", raw=b"?"), Said(MessageKind.UNKNOWN, raw=b"?")),
    ],
)
def test_a_message_says_what_its_sender_said(message: pb.Incoming, said: Said) -> None:
    assert inward.message_of(message, "b:1") == MessageArrived(
        "b:1", PERSON, PERSON, "W1", AT, from_me=False, said=said
    )


def test_a_message_tells_who_is_who() -> None:
    message = incoming(
        kind="text", sender_name="Ali", offline=True, from_me=True, aliases=[pb.Alias(phone=PERSON, lid="77")]
    )
    arrived = inward.message_of(message)
    assert (arrived.sender_name, arrived.offline, arrived.from_me) == ("Ali", True, True)
    assert arrived.aliases == (Alias(PERSON, "77"),)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (
            pb.Event(seq=4, receipt=pb.Receipt(chat=GROUP, sender=PERSON, wire_ids=["M1"], kind="read", at=AT_MS)),
            ReceiptArrived("boot:4", GROUP, ("M1",), ReceiptKind.READ, AT, reader=PERSON),
        ),
        (
            pb.Event(seq=4, receipt=pb.Receipt(chat=PERSON, wire_ids=["W1"], kind="read", at=AT_MS, by_me=True)),
            ReceiptArrived("boot:4", PERSON, ("W1",), ReceiptKind.READ, AT, by_me=True),
        ),
        (pb.Event(seq=4, receipt=pb.Receipt(chat=PERSON, kind="sniffed")), None),
        (
            pb.Event(state=pb.State(state="banned", cause="temporary_ban_101", until=AT_MS)),
            StateChanged("boot:0", DeviceState.BANNED, "temporary_ban_101", AT),
        ),
        (pb.Event(state=pb.State(state="online")), StateChanged("boot:0", DeviceState.ONLINE, "")),
        (
            pb.Event(state=pb.State(state="dreaming", cause="x")),
            StateChanged("boot:0", DeviceState.WAITING, "x"),
        ),
        (
            pb.Event(seq=5, history=pb.HistoryOffered(ref=b"r", kind="recent", chunk=2, progress=140)),
            HistoryOffered("boot:5", b"r", "recent", 2, 100),
        ),
        (
            pb.Event(typing=pb.ChatPresence(chat=PERSON, sender=PERSON, state="typing")),
            TypingSeen("boot:0", PERSON, PERSON, TypingState.TYPING),
        ),
        (pb.Event(push_name=pb.PushName(name="Kedai")), None),
        (pb.Event(alias=pb.Alias(phone=PERSON, lid="77")), None),
    ],
)
def test_an_event_tells_what_happened(event: pb.Event, told: LinkEvent | None) -> None:
    assert inward.event_of(event, "boot") == told


def test_only_durable_events_of_this_life_have_a_number_to_acknowledge() -> None:
    told = inward.message_of(incoming(kind="text"), inward.event_id("boot", 9))
    assert inward.seq_of(told, "boot") == 9
    assert inward.seq_of(told, "another") is None
    assert inward.seq_of(StateChanged("boot:0", DeviceState.ONLINE, ""), "boot") is None


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (pb.Response(send=pb.SendResult(outcome="accepted", at=AT_MS)), Accepted(AT)),
        (pb.Response(send=pb.SendResult(outcome="refused", code="blocked")), Refused("blocked")),
        (pb.Response(send=pb.SendResult(outcome="refused", code="479")), Refused("rejected")),
        (pb.Response(send=pb.SendResult(outcome="not_written", code="offline")), NotWritten("offline")),
        (pb.Response(send=pb.SendResult(outcome="unknown", code="no_answer")), Unknown("no_answer")),
        (pb.Response(send=pb.SendResult(outcome="surprise")), Unknown("")),
        (pb.Response(code="not_open"), NotWritten("not_open")),
    ],
)
def test_an_answer_to_a_send_is_one_of_four(response: pb.Response, outcome: SendOutcome) -> None:
    assert inward.send_outcome(response) == outcome


@pytest.mark.parametrize(
    ("command", "response", "outcome"),
    [
        (Probe(), pb.Response(), Done()),
        (Probe(), pb.Response(code="no_answer"), Failed("no_answer")),
        (Probe(), pb.Response(code="something_else"), Failed("refused")),
        (
            CheckNumbers(("+601", "+602")),
            pb.Response(numbers=pb.Numbers(found=[pb.Number(phone="+602", on_whatsapp=True, lid="7")])),
            NumbersChecked((NumberFound("+601", on_whatsapp=False), NumberFound("+602", on_whatsapp=True, lid="7"))),
        ),
    ],
)
def test_an_answer_to_a_command_is_its_outcome(
    command: Command, response: pb.Response, outcome: CommandOutcome
) -> None:
    assert inward.command_outcome(command, response) == outcome


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        (pb.LinkStep(kind="qr", text="2@x", expires_at=AT_MS), QrShown("2@x", AT)),
        (pb.LinkStep(kind="code", text="ABCD1234", expires_at=AT_MS), CodeShown("ABCD1234", AT)),
        (pb.LinkStep(kind="passkey", text="{}"), PasskeyAsked("{}")),
        (pb.LinkStep(kind="passkey", text="{}", expires_at=AT_MS), PasskeyAsked("{}", AT)),
        (pb.LinkStep(kind="passkey_code", text="42", expires_at=AT_MS), PasskeyCodeShown("42", AT)),
    ],
)
def test_a_step_of_a_linking_shows_what_to_do(step: pb.LinkStep, shown: LinkStep) -> None:
    assert inward.step_of(step) == shown


def test_who_was_linked() -> None:
    assert inward.identity_of(pb.Identity(phone=PERSON, push_name="Kedai")) == Identity(PERSON, None, "Kedai")


def test_why_a_file_is_not_there() -> None:
    assert inward.fetch_failure("expired") == MediaGone("expired")
    assert inward.fetch_failure("storage_unavailable") == MediaLater("storage_unavailable")


def test_older_messages_and_their_chats_also_those_that_are_silent_for_good() -> None:
    chunk = pb.HistoryChunk(
        messages=[incoming(kind="text", body="Dulu")],
        chats=[pb.HistoryChat(chat=PERSON, name="Ali", unread=2, archived=True, muted_until=-1)],
    )
    part = inward.history_part(chunk)
    assert [message.said.body for message in part.messages] == ["Dulu"]
    assert part.chats == (HistoryChat(PERSON, "Ali", 2, archived=True, muted_until=inward.FOR_GOOD),)


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_instant_a_phone_may_say_is_one(millis: int) -> None:
    assert inward.instant(millis).tzinfo is UTC


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds only
def test_instants_survive_to_the_millisecond(at: datetime) -> None:
    assert abs((inward.instant(outward.millis(at)) - at).total_seconds()) < 0.001
