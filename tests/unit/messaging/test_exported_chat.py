from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.messaging.exported_chat import DateOrder, ExportedChat, read_exported_chat

ZONE = ZoneInfo("Asia/Kuala_Lumpur")


def local(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZONE)  # type: ignore[arg-type, misc]


def read(text: str) -> ExportedChat:
    return read_exported_chat(text.splitlines(keepends=True), ZONE)


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
    ],
)
def test_a_file_beside_the_text_is_named(body: str, file: str, caption: str) -> None:
    (message,) = read(f"25/11/2026, 15:04 - Ali: {body}").messages
    assert (message.file, message.body) == (file, caption)


def test_a_file_that_was_left_out_is_said_to_be_left_out() -> None:
    chat = read("25/11/2026, 15:04 - Ali: <Media omitted>\n25/11/2026, 15:05 - Ali: image omitted\n")
    assert [(message.left_out, message.body) for message in chat.messages] == [(True, ""), (True, "")]


def test_a_number_above_twelve_tells_day_from_month() -> None:
    assert read("03/04/26, 10:00 - Ali: a\n04/13/26, 10:00 - Ali: b\n").order is DateOrder.MONTH_FIRST
    assert read("03/04/26, 10:00 - Ali: a\n13/04/26, 10:00 - Ali: b\n").order is DateOrder.DAY_FIRST


def test_time_that_would_go_backwards_tells_day_from_month() -> None:
    chat = read("01/02/26, 10:00 - Ali: a\n01/12/26, 10:00 - Ali: b\n02/01/26, 10:00 - Ali: c\n")
    assert (chat.order, chat.ambiguous) == (DateOrder.MONTH_FIRST, False)


def test_a_file_that_could_be_read_both_ways_says_so_and_may_be_told() -> None:
    text = "03/04/26, 10:00 - Ali: a\n"
    assert (read(text).order, read(text).ambiguous) == (DateOrder.DAY_FIRST, True)
    told = read_exported_chat(text.splitlines(), ZONE, DateOrder.MONTH_FIRST)
    assert (told.messages[0].at, told.ambiguous) == (local(2026, 3, 4, 10, 0), False)


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
    chat = read_exported_chat(text.split("\n"), ZONE)
    assert [message.at for message in chat.messages] == [at for at, _ in written]
    assert not chat.faults


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    read(text)
