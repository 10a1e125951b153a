"""What may be done with an archive, and when."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

import phonenumbers

from hebah.access.rules import is_zone
from hebah.archives.model import (
    ARCHIVE_MOVES,
    ArchiveBusy,
    ArchiveCounts,
    ArchiveFacts,
    ArchiveKind,
    ArchivePlan,
    ArchiveState,
    Fault,
)
from hebah.archives.rules.columns import mapping_fault
from hebah.archives.rules.lines import Told
from hebah.foundation.errors import FieldsInvalid
from hebah.inbox.model.archived import OldMessage
from hebah.messaging.address import ANY_REGION

KEPT_FAULTS: Final = 10_000
"""How many lines that were left out are kept for the list and the file of errors; all of them are counted."""

KEPT_SAMPLE: Final = 12

_PARTNER = re.compile(
    r"(?:WhatsApp Chat (?:with|-)|(?:Perbualan|Sembang) WhatsApp (?:dengan|-)|与)\s*(?P<name>.+?)\s*(?:的 ?WhatsApp.*)?"
    r"(?: ?\(\d+\))?\.(?:txt|zip)$",
    re.IGNORECASE,
)


def partner_of(*file_names: str) -> str:
    """Whom the name of an export says the chat is with."""
    for name in file_names:
        found = _PARTNER.search(unicodedata.normalize("NFC", name))
        if found is not None:
            return found["name"].strip()
    return ""


def guess_me(people: Sequence[str], partner: str, own_names: Sequence[str]) -> str:
    """What a file calls our side: a name we are known by, or the one who is not the partner; empty when unclear."""
    ours = {name.casefold() for name in own_names if name}
    named = [person for person in people if person.casefold() in ours]
    if named:
        return named[0]
    others = [person for person in people if person != partner]
    return others[0] if len(others) == 1 and len(others) < len(people) else ""


def check_move(state: ArchiveState, to: ArchiveState) -> None:
    """Raise `ArchiveBusy` unless an archive may go from one state to the other."""
    if to not in ARCHIVE_MOVES[state]:
        raise ArchiveBusy(state.value)


def check_plan(plan: ArchivePlan, facts: ArchiveFacts) -> None:
    """Raise `FieldsInvalid` unless the file can be read this way."""
    is_table = facts.kind is ArchiveKind.TABLE
    unread = None
    if is_table:
        unread = mapping_fault(
            plan.mapping, len(facts.columns), has_chat=bool(plan.address), has_me=bool(plan.me.strip())
        )
    broken = {
        "zone": None if is_zone(plan.zone) else "unknown_zone",
        "region": None if plan.region in {*phonenumbers.SUPPORTED_REGIONS, ANY_REGION} else "unknown_region",
        "mapping": unread,
        "chat": "required" if not is_table and not plan.address else None,
        "me": "unknown" if not is_table and plan.me and plan.me not in facts.people else None,
    }
    faults = {name: fault for name, fault in broken.items() if fault}
    if faults:
        raise FieldsInvalid(faults)


class Tally:
    """Counts what becomes of messages, batch by batch."""

    def __init__(self, before: ArchiveCounts, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._added, self._known = before.added, before.known
        self._files, self._missing = before.files, before.files_missing
        self._refused = dict(before.refused)
        self._years = dict(before.years)
        self._first, self._last = before.first_at, before.last_at

    def fault(self, fault: Fault) -> None:
        """A line that is left out."""
        self._refused[fault.code] = self._refused.get(fault.code, 0) + 1

    def message(self, message: OldMessage, *, is_new: bool, has_bytes: bool) -> None:
        """A message, and whether the file that belongs to it is in the archive."""
        if not is_new:
            self._known += 1
            return
        self._added += 1
        self._first = message.at if self._first is None else min(self._first, message.at)
        self._last = message.at if self._last is None else max(self._last, message.at)
        year = str(message.at.astimezone(self._zone).year)
        self._years[year] = self._years.get(year, 0) + 1
        if message.file is not None:
            self._files += has_bytes
            self._missing += not has_bytes

    def counts(self) -> ArchiveCounts:
        """All of it so far."""
        return ArchiveCounts(
            added=self._added,
            known=self._known,
            refused=self._refused,
            files=self._files,
            files_missing=self._missing,
            first_at=self._first,
            last_at=self._last,
            years=self._years,
        )


def names_of_people(facts: ArchiveFacts, plan: ArchivePlan, told: Sequence[Told]) -> dict[str, str]:
    """What to call people whom nobody knows here: as the file does, where it is about one person."""
    if facts.kind is ArchiveKind.TABLE:
        return {one.address: one.author for one in told if one.author and not one.from_me and one.author != one.address}
    others = [person for person in facts.people if person != plan.me]
    name = facts.partner or (others[0] if len(others) == 1 else "")
    return {plan.address: "" if _is_number(name) else name}


def _is_number(name: str) -> bool:
    return bool(re.fullmatch(r"[+\d\s()-]+", name))
