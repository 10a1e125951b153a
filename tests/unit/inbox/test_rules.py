from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.foundation.ids import make_id
from hebah.inbox.model.messages import MessageStatus, ReceiptOf, ReceivedMessage, further
from hebah.inbox.rules import messages as rules
from hebah.messaging.said import MessageKind, Said

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
WORKSPACE, DEVICE = uuid4(), uuid4()


def message(
    body: str = "hello", *, at: datetime = NOW, from_me: bool = False, address: str = "+60111"
) -> ReceivedMessage:
    return ReceivedMessage(
        workspace_id=WORKSPACE,
        device_id=DEVICE,
        address=address,
        sender=address,
        wire_id=str(uuid4()),
        at=at,
        from_me=from_me,
        said=Said(MessageKind.TEXT, body),
    )


@pytest.mark.parametrize(
    ("at", "doubtful"),
    [
        (NOW, False),
        (NOW - timedelta(days=3000), False),
        (NOW + timedelta(hours=24), False),
        (NOW + timedelta(hours=24, seconds=1), True),
        (datetime(2008, 12, 31, tzinfo=UTC), True),
        (datetime(1970, 1, 1, tzinfo=UTC), True),
    ],
)
def test_a_time_of_a_broken_clock_is_replaced_by_ours_and_flagged(at: datetime, doubtful: bool) -> None:
    draft = rules.received_draft(message(at=at), make_id(), NOW)
    assert draft.time_doubtful is doubtful
    assert draft.at == (NOW if doubtful else at)


@given(st.text())
def test_any_text_can_be_stored(text: str) -> None:
    kept = rules.storable(text + "\x00\ud800")
    assert "\x00" not in kept
    kept.encode()


@given(st.text(max_size=2000))
def test_a_preview_is_one_short_line(body: str) -> None:
    shown = rules.preview(body)
    assert len(shown) <= rules.LONGEST_PREVIEW
    assert "\n" not in shown


@given(st.lists(st.sampled_from(MessageStatus)))
def test_what_is_known_never_shrinks_and_does_not_depend_on_order(news: list[MessageStatus]) -> None:
    known = None
    for each in news:
        before, known = known, further(known, each)
        assert known is further(before, known)
    backwards = None
    for each in reversed(news):
        backwards = further(backwards, each)
    assert known == backwards


def test_receipts_of_one_message_are_added_up() -> None:
    receipts = [
        ReceiptOf(WORKSPACE, DEVICE, ("A", "B"), MessageStatus.READ, NOW),
        ReceiptOf(WORKSPACE, DEVICE, ("A",), MessageStatus.DELIVERED, NOW),
    ]
    assert {key.wire_id: status for key, status in rules.furthest(receipts).items()} == {
        "A": MessageStatus.READ,
        "B": MessageStatus.READ,
    }


def test_the_newest_message_by_its_own_time_speaks_for_the_chat() -> None:
    drafts = [
        rules.received_draft(each, make_id(), NOW)
        for each in (message("late"), message("early", at=NOW - timedelta(hours=1)), message("mine", from_me=True))
    ]
    (news,) = rules.news_of_chats(drafts)
    assert news.unread == 2
    assert news.newest.body == "mine"


def test_chats_are_touched_in_one_order() -> None:
    drafts = [
        rules.received_draft(message(address=address), make_id(), NOW) for address in ("+60133", "+60111", "+60122")
    ]
    assert [news.key.address for news in rules.news_of_chats(drafts)] == ["+60111", "+60122", "+60133"]
