"""One row of an imported file read as a lead, or refused with the first reason found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hebah.contacts.rules.columns import ColumnMapping, Field
from hebah.contacts.rules.dates import parse_instant
from hebah.contacts.rules.drafts import (
    NO_CONSENT,
    Consent,
    ConsentState,
    LeadDraft,
    LeadFacts,
    LeadStatus,
    RowFault,
    RowRefused,
)
from hebah.foundation.tabular_parts import Row
from hebah.messaging.address import Phone, PhoneRefused, parse_phone

_SHOWN = 80
_LONGEST = MappingProxyType({Field.NOTE: 10_000, Field.NAME: 200, Field.NICHE: 500, Field.TRIGGERS: 500})
_LONGEST_OTHER = 1_000
_BETWEEN_ITEMS = re.compile(r"[,;|\n]")

_STATUS_WORDS: Mapping[str, LeadStatus] = MappingProxyType(
    dict.fromkeys(
        ("prospect", "prospects", "prospek", "lead", "leads", "potential", "potential customer", "bakal pelanggan"),
        LeadStatus.PROSPECT,
    )
    | dict.fromkeys(
        ("customer", "customers", "client", "buyer", "existing customer", "pelanggan", "klien", "pembeli"),
        LeadStatus.CUSTOMER,
    )
)
_CONSENT_WORDS: Mapping[str, ConsentState] = MappingProxyType(
    dict.fromkeys(
        (
            *("granted", "yes", "y", "true", "1", "ok", "agree", "agreed", "consented", "opt in", "opted in", "optin"),
            *("ya", "setuju", "bersetuju", "benar", "dibenarkan", "\N{CHECK MARK}", "\N{HEAVY CHECK MARK}"),
        ),
        ConsentState.GRANTED,
    )
    | dict.fromkeys(
        (
            *(
                "refused",
                "no",
                "n",
                "false",
                "0",
                "disagree",
                "disagreed",
                "declined",
                "opt out",
                "opted out",
                "optout",
            ),
            *("stop", "unsubscribed", "tidak", "tak", "tidak setuju", "tak setuju", "enggan", "berhenti", "ditolak"),
        ),
        ConsentState.REFUSED,
    )
    | dict.fromkeys(("", "unknown", "n a", "none", "tidak diketahui", "tiada"), ConsentState.UNKNOWN)
)
_LANGUAGE_WORDS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("ms", "malay", "bm", "melayu", "bahasa melayu", "bahasa malaysia", "may"), "ms")
    | dict.fromkeys(("en", "eng", "english", "bi", "inggeris", "bahasa inggeris"), "en")
    | dict.fromkeys(("zh", "chinese", "mandarin", "cina", "bahasa cina"), "zh")
    | dict.fromkeys(("ta", "tamil", "bahasa tamil"), "ta")
)
_LANGUAGE_CODE = re.compile(r"([a-z]{2})(?:[-_][a-z]{2,4})?")


@dataclass(frozen=True, slots=True)
class ImportDefaults:
    """What holds for every row of a file unless the row says otherwise.

    `consent` is the answer a person gave for the whole file (None: only the columns count); bare days of consent are
    days in `zone`; nothing may have been agreed to after `now`.
    """

    now: datetime
    zone: ZoneInfo
    region: str = "MY"
    niches: tuple[str, ...] = ()
    consent: Consent | None = None


def answer_for_file(source: str, given_at: datetime, now: datetime) -> Consent | RowFault:
    """The consent of everybody in a file, as one person vouches for it."""
    if given_at > now:
        return RowFault.CONSENT_IN_FUTURE
    return Consent(ConsentState.GRANTED, source, given_at)


def read_row(row: Row, mapping: ColumnMapping, defaults: ImportDefaults) -> LeadDraft | RowRefused:
    """The lead a row describes; blank cells say nothing."""
    reading = _Reading(row, mapping, defaults)
    try:
        return LeadDraft(row.number, reading.phone(), reading.facts())
    except _Refusal as refusal:
        return refusal.as_data(row.number)


class _Refusal(Exception):
    """Leaves the reading of a row at its first fault; never leaves this module."""

    def __init__(self, column: str, code: str, value: str) -> None:
        super().__init__(code)
        self.column = column
        self.code = code
        self.value = value

    def as_data(self, row_number: int) -> RowRefused:
        shown = self.value if len(self.value) <= _SHOWN else self.value[: _SHOWN - 1] + "\N{HORIZONTAL ELLIPSIS}"
        return RowRefused(row_number, self.column, self.code, shown)


@dataclass(frozen=True, slots=True)
class _Reading:
    row: Row
    mapping: ColumnMapping
    defaults: ImportDefaults

    def phone(self) -> Phone:
        self._refuse_surplus()
        index = self.mapping.columns_of(Field.PHONE)[0]
        parsed = parse_phone(self._cell(index), self.defaults.region)
        if isinstance(parsed, PhoneRefused):
            raise self._refusal(index, parsed.code)
        return parsed

    def facts(self) -> LeadFacts:
        for index, field in enumerate(self.mapping.fields):
            if field is not Field.IGNORE and len(self._cell(index)) > _LONGEST.get(field, _LONGEST_OTHER):
                raise self._refusal(index, RowFault.VALUE_TOO_LONG)
        return LeadFacts(
            name=self._text(Field.NAME),
            niches=self._items(Field.NICHE) or self.defaults.niches,
            status=self._status(),
            triggers=self._items(Field.TRIGGERS),
            note=self._text(Field.NOTE),
            zone=self._zone(),
            language=self._language(),
            variables=self._variables(),
            consent=self._consent(),
        )

    def _refuse_surplus(self) -> None:
        # An unquoted comma in a name moves every value one column on: better no lead than a wrong one.
        width = len(self.mapping.fields)
        surplus = [cell for cell in self.row.cells[width:] if cell.strip()]
        if surplus:
            raise _Refusal(self.mapping.title(width), RowFault.MORE_CELLS_THAN_COLUMNS, surplus[0])

    def _cell(self, index: int) -> str:
        return self.row.cells[index].strip() if index < len(self.row.cells) else ""

    def _column(self, field: Field) -> int | None:
        return next(iter(self.mapping.columns_of(field)), None)

    def _text(self, field: Field) -> str:
        index = self._column(field)
        return "" if index is None else self._cell(index)

    def _items(self, field: Field) -> tuple[str, ...]:
        cells = [self._cell(index) for index in self.mapping.columns_of(field)]
        return unique_items([item for cell in cells for item in _BETWEEN_ITEMS.split(cell)])

    def _status(self) -> LeadStatus | None:
        word = spoken(self._text(Field.STATUS))
        if not word:
            return None
        if word not in _STATUS_WORDS:
            raise self._refusal_of(Field.STATUS, RowFault.STATUS_UNKNOWN)
        return _STATUS_WORDS[word]

    def _zone(self) -> str | None:
        name = self._text(Field.ZONE)
        if not name:
            return None
        try:
            return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise self._refusal_of(Field.ZONE, RowFault.ZONE_UNKNOWN) from unknown

    def _language(self) -> str | None:
        written = self._text(Field.LANGUAGE).casefold()
        if not written:
            return None
        code = _LANGUAGE_CODE.fullmatch(written)
        known = _LANGUAGE_WORDS.get(spoken(written)) or (code[1] if code else None)
        if known is None:
            raise self._refusal_of(Field.LANGUAGE, RowFault.LANGUAGE_UNKNOWN)
        return known

    def _variables(self) -> Mapping[str, str]:
        columns = self.mapping.columns_of(Field.VARIABLE)
        values = {self.mapping.variables[index]: self._cell(index) for index in columns}
        return MappingProxyType({name: value for name, value in values.items() if value})

    def _consent(self) -> Consent:
        source, given_at = self._text(Field.CONSENT_SOURCE), self._given_at()
        answer = self.defaults.consent
        match self._stated(source, given_at):
            case ConsentState.REFUSED:
                return Consent(ConsentState.REFUSED, source or self._evidence(), given_at)
            case ConsentState.GRANTED:
                source = source or (answer.source if answer else None) or self._evidence()
                return Consent(ConsentState.GRANTED, source, given_at or (answer.given_at if answer else None))
            case ConsentState.UNKNOWN:
                return NO_CONSENT
            case None:
                return answer or NO_CONSENT

    def _stated(self, source: str, given_at: datetime | None) -> ConsentState | None:
        """What the row says itself; None when it is silent and the answer for the file counts."""
        index = self._column(Field.CONSENT)
        if index is not None:
            # Somebody kept a column for it, so a blank cell is not a yes, whatever was answered for the file.
            state = _CONSENT_WORDS.get(spoken(self._cell(index)))
            if state is None:
                raise self._refusal(index, RowFault.CONSENT_UNREADABLE)
            return state
        dated = self._column(Field.CONSENT_DATE) is not None
        return ConsentState.GRANTED if given_at or (source and not dated) else None

    def _given_at(self) -> datetime | None:
        written = self._text(Field.CONSENT_DATE)
        if not written:
            return None
        given_at = parse_instant(written, self.defaults.zone)
        if given_at is None:
            raise self._refusal_of(Field.CONSENT_DATE, RowFault.CONSENT_DATE_UNREADABLE)
        if given_at > self.defaults.now:
            raise self._refusal_of(Field.CONSENT_DATE, RowFault.CONSENT_IN_FUTURE)
        return given_at

    def _evidence(self) -> str:
        """The header of the column that says so, where no source is named."""
        index = self._column(Field.CONSENT)
        index = self._column(Field.CONSENT_DATE) if index is None else index
        return "" if index is None else self.mapping.title(index)

    def _refusal_of(self, field: Field, code: str) -> _Refusal:
        return self._refusal(self.mapping.columns_of(field)[0], code)

    def _refusal(self, index: int, code: str) -> _Refusal:
        return _Refusal(self.mapping.title(index), code, self._cell(index))


def spoken(text: str) -> str:
    """Words without case, punctuation and double spaces, for comparing; symbols that say something stay."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[^\w\N{CHECK MARK}\N{HEAVY CHECK MARK}]+|_", " ", folded).split())


def unique_items(items: Sequence[str]) -> tuple[str, ...]:
    """Items without blanks and without repetition in another case; the first spelling stays."""
    kept: dict[str, str] = {}
    for item in items:
        if item.strip():
            kept.setdefault(item.strip().casefold(), item.strip())
    return tuple(kept.values())
