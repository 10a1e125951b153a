"""When a message out of an archive and a stored one are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Final
from uuid import UUID

from hebah.inbox.model.archived import Likeness, Lookalike, OldMessage, Spot
from hebah.inbox.rules.messages import Draft
from hebah.inbox.rules.spoken import WORDINGS, compared_words, may_be, spoken_kind
from hebah.messaging.said import MessageKind

FILE_KINDS: Final = (
    MessageKind.IMAGE,
    MessageKind.VIDEO,
    MessageKind.VOICE,
    MessageKind.AUDIO,
    MessageKind.DOCUMENT,
    MessageKind.STICKER,
    MessageKind.CONTACTS,
)

_NEVER_IN_FILES: Final = frozenset({MessageKind.UNDECRYPTED, MessageKind.UNKNOWN})


def sort_of(kind: MessageKind) -> str:
    """`file`, `system` or `words`: an export does not tell more of a file that it left out."""
    if kind in FILE_KINDS:
        return "file"
    return "system" if kind is MessageKind.SYSTEM else "words"


def minute_of(at: datetime) -> datetime:
    """Where the minute of an instant begins."""
    return at.replace(second=0, microsecond=0)


def likeness_of(message: OldMessage, workspace_id: UUID, chat_id: UUID) -> Likeness:
    """What a message out of a file is compared by."""
    return Likeness(
        workspace_id=workspace_id,
        chat_id=chat_id,
        from_me=message.from_me,
        minute=minute_of(message.at),
        sort=sort_of(message.kind),
        body=compared_words(message.body),
        kind=spoken_kind(message.body),
        gone=message.deleted,
    )


def likeness_of_told(told: Draft, chat_id: UUID) -> Likeness | None:
    """What a message that a phone or our sender tells is compared by; None when no file could tell it."""
    sort, body, wording = sort_of(MessageKind(told.kind)), compared_words(told.body), WORDINGS.get(told.kind, "")
    if told.kind in _NEVER_IN_FILES or (sort != "file" and not body and not wording):
        return None
    return Likeness(
        workspace_id=told.chat.workspace_id,
        chat_id=chat_id,
        from_me=told.from_me,
        minute=minute_of(told.at),
        sort=sort,
        body=body,
        kind=told.kind if wording else "",
        wording=wording,
        place=spot_of((told.rich.details or {}).get("place")),
    )


def spot_of(place: object) -> Spot | None:
    """Where that is, of a place as it is stored."""
    if not isinstance(place, Mapping):
        return None
    return float(place["latitude"]), float(place["longitude"])


@dataclass(frozen=True, slots=True)
class Recognised:
    """Which messages of a file are new, in the order given, and the seconds that it tells of stored ones."""

    are_new: Sequence[bool] = ()
    seconds: Sequence[tuple[Lookalike, datetime]] = ()


def recognise_in(
    messages: Sequence[OldMessage],
    likenesses: Sequence[Likeness | None],
    stored: Mapping[Likeness, Sequence[Lookalike]],
    archive_id: UUID,
) -> Recognised:
    """Compare a batch of a file with what its chats have; a message without a likeness has no chat yet.

    Every stored message stands for one that was really said: known to the second, or to the minute until something
    tells more. So one that a file dates to the second is a stored one of that second or, when there is none left, one
    of that minute whose second nobody knows yet. And of a file that tells minutes only, as many are known as there are
    stored ones in the minute. In whatever order phones and files tell them, nothing is ever there twice.
    """
    minutes = {likeness: _Minute(found, archive_id) for likeness, found in stored.items()}
    are_new, seconds = [], []
    for message, likeness in zip(messages, likenesses, strict=True):
        minute = None if likeness is None else minutes.get(likeness)
        is_known = minute is not None and minute.has(message)
        if not is_known and minute is not None and minute.unsure and not message.is_to_the_minute:
            seconds.append((minute.unsure.pop(0), message.at))
            is_known = True
        are_new.append(not is_known)
    return Recognised(are_new, seconds)


def adopted(
    told: Sequence[Draft],
    likenesses: Sequence[Likeness | None],
    archived: Mapping[Likeness, Sequence[Lookalike]],
) -> dict[int, Lookalike]:
    """Which message out of a file each of these is, by place: one of its second, or else one of its minute.

    Of several files in a moment, those that say what they were go first to what they were.
    """
    left = {likeness: list(found) for likeness, found in archived.items()}
    found: dict[int, Lookalike] = {}
    in_order = sorted(range(len(told)), key=lambda place: (told[place].at, place))
    for is_sure, is_exact in product((True, False), repeat=2):
        for place in in_order:
            likeness, message = likenesses[place], told[place]
            if place in found or likeness is None:
                continue
            second = message.at.replace(microsecond=0) if is_sure else None
            near = (one for one in left.get(likeness, ()) if one.second == second)
            match = next((one for one in near if _is_one(message, one, is_exact=is_exact)), None)
            if match is not None:
                left[likeness].remove(match)
                found[place] = match
    return found


def _is_one(told: Draft, stored: Lookalike, *, is_exact: bool) -> bool:
    if told.kind not in FILE_KINDS:
        return True
    return told.kind == stored.kind if is_exact else may_be(told.kind, stored)


class _Minute:
    """What a chat has that looks alike in a minute. `unsure` are those whose second another file left open."""

    def __init__(self, stored: Sequence[Lookalike], archive_id: UUID) -> None:
        self._all = len(stored)
        self._in_second = Counter(one.second for one in stored)
        # A line of the same file is another message, however little it tells of its time.
        self.unsure = [one for one in stored if one.second is None and one.archive_id != archive_id]

    def has(self, message: OldMessage) -> bool:
        """Whether one is stored for this one too, by the count of those before it."""
        if message.is_to_the_minute:
            return message.nth < self._all
        return message.nth < self._in_second[message.at.replace(microsecond=0)]
