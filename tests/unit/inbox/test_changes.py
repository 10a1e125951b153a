import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from hebah.inbox.model.messages import ME, StoredAt
from hebah.inbox.rules import files, history
from hebah.inbox.rules.changes import Found, Outcome, may_change, outcomes
from hebah.messaging.said import MediaFacts, MessageKind, Said

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
PERSON, GROUP = "+60123456789", "group:1203"
MESSAGE = StoredAt(uuid4(), NOW, uuid4())


def change(
    kind: MessageKind,
    seconds: int,
    body: str = "",
    *,
    number: int = 0,
    actor: str = PERSON,
    author: str = PERSON,
    chat: str = PERSON,
    edited_at: datetime | None = None,
    deleted_at: datetime | None = None,
) -> Found:
    return Found(
        change_id=UUID(int=number),
        workspace_id=UUID(int=1),
        device_id=UUID(int=2),
        target_wire_id="A",
        chat=chat,
        kind=kind,
        actor=actor,
        body=body,
        at=NOW + timedelta(seconds=seconds),
        message=MESSAGE,
        author=author,
        edited_at=edited_at,
        deleted_at=deleted_at,
    )


def after(known: Outcome, one: Found) -> Outcome:
    """The message once one more change has come."""
    found = replace(one, edited_at=known.edited_at, deleted_at=known.deleted_at)
    for then in outcomes([found]):
        return then if then.body is not None else replace(then, body=known.body)
    return known


edits = st.lists(
    st.tuples(st.sampled_from([MessageKind.EDIT, MessageKind.DELETION]), st.integers(1, 1000)),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one[1],
)


@given(edits, st.integers(0, 2**32))
def test_changes_end_the_same_in_whatever_order_and_portions_they_come(
    made: list[tuple[MessageKind, int]], seed: int
) -> None:
    found = [
        change(kind, seconds, f"at {seconds}", number=number) for number, (kind, seconds) in enumerate(made, start=1)
    ]
    (together,) = outcomes(found)
    shuffled = list(found)
    random.Random(seed).shuffle(shuffled)
    last = Outcome(UUID(int=1), MESSAGE, "first words", None, None)
    for one in shuffled:
        last = after(last, one)
    assert last.edited_at == together.edited_at
    assert last.body == (together.body or "first words")
    assert (last.deleted_at is None) == (together.deleted_at is None)


def test_only_the_author_may_change_a_message() -> None:
    edit = MessageKind.EDIT
    assert may_change(change(edit, 1))
    assert may_change(change(edit, 1, actor=ME, author=ME))
    assert not may_change(change(edit, 1, actor=ME))
    assert not may_change(change(edit, 1, author=ME))
    assert may_change(change(edit, 1, actor="lid:7", author=PERSON))  # in a chat of two there is only one other
    assert may_change(change(edit, 1, chat=GROUP))
    assert not may_change(change(edit, 1, chat=GROUP, actor="+60120000009"))
    assert outcomes([change(edit, 1, "x", author=ME)]) == []


def test_small_files_and_pictures_come_at_once_large_ones_when_asked_for() -> None:
    def urgency(kind: MessageKind, size: int, *, is_old: bool = False) -> files.Urgency | None:
        return files.urgency_of(Said(kind, media=MediaFacts(b"ref", "", size)), is_old=is_old)

    assert urgency(MessageKind.IMAGE, 5_000_000) is files.Urgency.AT_ONCE
    assert urgency(MessageKind.DOCUMENT, 1_000_000) is files.Urgency.AT_ONCE
    assert urgency(MessageKind.VIDEO, 10_000_000) is files.Urgency.BACKGROUND
    assert urgency(MessageKind.VIDEO, 90_000_000) is None
    assert urgency(MessageKind.IMAGE, 1000, is_old=True) is None
    assert files.urgency_of(Said(MessageKind.IMAGE, media=MediaFacts(b"", "", 10)), is_old=False) is None


@given(st.floats(0, 1, exclude_max=True))
def test_tries_come_further_and_further_apart_and_end(draw: float) -> None:
    waits = [wait for tries in range(files.MOST_TRIES) if (wait := files.next_try(tries, draw)) is not None]
    assert len(waits) == files.MOST_TRIES
    assert waits == sorted(waits)
    assert files.next_try(files.MOST_TRIES, draw) is None
    assert history.next_try(history.MOST_TRIES, draw) is None


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 100))
def test_progress_is_a_share_and_full_only_at_the_end(offered: int, ended: int, told: int) -> None:
    ended = min(offered, ended)
    percent = history.percent(offered, ended, told)
    assert 0 <= percent <= 100
    assert (percent == 100) == (offered > 0 and ended == offered and told in (0, 100))
