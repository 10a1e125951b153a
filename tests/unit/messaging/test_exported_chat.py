from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.messaging.exported_chat import (
    LONGEST_BODY,
    ExportedMessage,
    ExportFault,
    is_head,
    read_chat,
    survey_chat,
)
from hebah.messaging.written_time import DateOrder

ZONE = ZoneInfo("Asia/Kuala_Lumpur")


def local(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZONE)  # type: ignore[arg-type, misc]


@dataclass
class Chat:
    messages: list[ExportedMessage]
    faults: list[ExportFault]
    authors: tuple[str, ...]
    order: DateOrder
    is_open: bool


def read(text: str, order: DateOrder | None = None) -> Chat:
    """As an import reads a file: once to look it over, once for its messages."""
    lines = text.split("\n")
    survey = survey_chat(lines)
    told = list(read_chat(lines, ZONE, order or survey.order))
    messages = [one for one in told if isinstance(one, ExportedMessage)]
    faults = [one for one in told if isinstance(one, ExportFault)]
    assert sum(map(is_head, lines)) == survey.messages
    return Chat(messages, faults, survey.authors, survey.order, survey.is_open)


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("25/11/2026, 15:04 - Mei Ling: Hello", local(2026, 11, 25, 15, 4)),
        ("[25/11/2026, 3:04:05 PM] Mei Ling: Hello", local(2026, 11, 25, 15, 4, 5)),
        ("\u200e[25/11/26, 12:00:00\u202fam] Mei Ling: Hello", local(2026, 11, 25, 0, 0)),
        ("11/25/26, 3:04 PM - Mei Ling: Hello", local(2026, 11, 25, 15, 4)),
        ("2026-11-25, 15:04 - Mei Ling: Hello", local(2026, 11, 25, 15, 4)),
        ("25.11.26, 15:04 - Mei Ling: Hello", local(2026, 11, 25, 15, 4)),
        ("25/11/2026, 3:04 PTG - Mei Ling: Hello", local(2026, 11, 25, 15, 4)),
        ("25/11/2026, 12:30 PG - Mei Ling: Hello", local(2026, 11, 25, 0, 30)),
        ("25/11/2026 下午3:04 - Mei Ling: Hello", local(2026, 11, 25, 15, 4)),
    ],
)
def test_every_phone_writes_the_time_in_its_own_way(line: str, at: datetime) -> None:
    (message,) = read(line).messages
    assert (message.at, message.author, message.body) == (at, "Mei Ling", "Hello")


def test_what_stands_before_the_first_message_is_reported() -> None:
    assert [(fault.line, fault.code) for fault in read("Chat with Ali\n").faults] == [(1, "before_first_message")]


def test_a_message_goes_on_until_the_next_one_begins() -> None:
    chat = read("25/11/2026, 15:04 - Ali: One\ntwo: three\n\nfour\n25/11/2026, 15:05 - Ali: Five\n")
    assert [message.body for message in chat.messages] == ["One\ntwo: three\n\nfour", "Five"]
    assert [message.line for message in chat.messages] == [1, 5]


def test_lines_of_whatsapp_itself_have_no_author() -> None:
    chat = read("25/11/2026, 15:04 - Messages and calls are end-to-end encrypted.\n25/11/2026, 15:05 - Ali: Hi\n")
    assert [message.author for message in chat.messages] == [None, "Ali"]
    assert chat.authors == ("Ali",)


@pytest.mark.parametrize(
    ("body", "file", "caption"),
    [
        ("IMG-20261125-WA0001.jpg (file attached)", "IMG-20261125-WA0001.jpg", ""),
        ("IMG-20261125-WA0001.jpg (file attached)\nOur shop", "IMG-20261125-WA0001.jpg", "Our shop"),
        ("\u200e<attached: 00000012-PHOTO-2026-11-25.jpg>", "00000012-PHOTO-2026-11-25.jpg", ""),
        ("Our shop \u200e<attached: 00000012-PHOTO-2026-11-25.jpg>", "00000012-PHOTO-2026-11-25.jpg", "Our shop"),
        ("price.pdf • \u200e2 pages \u200e<attached: 00000013-price.pdf>", "00000013-price.pdf", ""),
        ("Senarai harga.pdf (fail dilampirkan)", "Senarai harga.pdf", ""),
    ],
)
def test_a_file_beside_the_text_is_named(body: str, file: str, caption: str) -> None:
    (message,) = read(f"25/11/2026, 15:04 - Ali: {body}").messages
    assert (message.file, message.body) == (file, caption)


def test_a_file_that_was_left_out_is_said_to_be_left_out() -> None:
    chat = read("25/11/2026, 15:04 - Ali: <Media omitted>\n25/11/2026, 15:05 - Ali: image omitted\n")
    assert [(message.left_out, message.body) for message in chat.messages] == [(True, ""), (True, "")]


@pytest.mark.parametrize(
    ("body", "words", "edited", "deleted"),
    [
        ("See you at 5 <This message was edited>", "See you at 5", True, False),
        ("This message was deleted", "", False, True),
        ("\u200eYou deleted this message.", "", False, True),
        ("Anda memadam mesej ini", "", False, True),
        ("This message was deleted, I think", "This message was deleted, I think", False, False),
    ],
)
def test_what_was_edited_or_deleted_says_so(body: str, words: str, edited: bool, deleted: bool) -> None:
    (message,) = read(f"25/11/2026, 15:04 - Ali: {body}").messages
    assert (message.body, message.edited, message.deleted) == (words, edited, deleted)


def test_a_notice_that_an_iphone_puts_under_a_name_is_by_nobody() -> None:
    chat = read("[25/11/2026, 15:04:01] Ali: \u200eMessages and calls are end-to-end encrypted. Only people …")
    assert [message.author for message in chat.messages] == [None]
    assert chat.authors == ()


def test_what_is_too_long_for_a_message_is_left_out_and_the_next_one_is_read() -> None:
    chat = read("25/11/2026, 15:04 - Ali: a\n" + "x\n" * LONGEST_BODY + "25/11/2026, 15:05 - Ali: b\n")
    assert [(fault.line, fault.code) for fault in chat.faults] == [(1, "message_too_long")]
    assert [message.body for message in chat.messages] == ["b"]


def test_a_time_says_how_exact_it_is() -> None:
    chat = read("25/11/2026, 15:04 - Ali: a\n[25/11/2026, 15:04:07] Ali: b\n")
    assert [message.span for message in chat.messages] == [timedelta(minutes=1), timedelta(seconds=1)]


def test_a_number_above_twelve_tells_day_from_month() -> None:
    assert read("03/04/26, 10:00 - Ali: a\n04/13/26, 10:00 - Ali: b\n").order is DateOrder.MONTH_FIRST
    assert read("03/04/26, 10:00 - Ali: a\n13/04/26, 10:00 - Ali: b\n").order is DateOrder.DAY_FIRST


def test_time_that_would_go_backwards_tells_day_from_month() -> None:
    chat = read("01/02/26, 10:00 - Ali: a\n01/12/26, 10:00 - Ali: b\n02/01/26, 10:00 - Ali: c\n")
    assert (chat.order, chat.is_open) == (DateOrder.MONTH_FIRST, False)


def test_a_file_that_could_be_read_both_ways_says_so_and_may_be_told() -> None:
    text = "03/04/26, 10:00 - Ali: a\n"
    assert (read(text).order, read(text).is_open) == (DateOrder.DAY_FIRST, True)
    assert read(text, DateOrder.MONTH_FIRST).messages[0].at == local(2026, 3, 4, 10, 0)


def test_a_day_that_never_was_is_reported_with_its_line() -> None:
    chat = read("25/11/2026, 15:04 - Ali: a\n31/11/2026, 15:05 - Ali: b\n")
    assert [message.body for message in chat.messages] == ["a"]
    assert [(fault.line, fault.code) for fault in chat.faults] == [(2, "no_such_date")]


words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).filter(str.strip)


@given(
    st.lists(st.tuples(st.timedeltas(timedelta(), timedelta(days=40)), words), min_size=1, max_size=20),
)
def test_what_was_written_is_read_back(lines: list[tuple[timedelta, str]]) -> None:
    at, written = local(2026, 1, 30, 9, 0), []
    for later, body in lines:
        at = (at + later).replace(second=0, microsecond=0)
        written.append((at, body))
    text = "\n".join(f"{at:%d/%m/%Y, %H:%M} - Ali: {body}" for at, body in written)
    chat = read(text)
    assert [message.at for message in chat.messages] == [at for at, _ in written]
    assert not chat.faults


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    read(text)
