"""Which column of a file means what: a guess from headers and sample values, corrected by a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from hebah.messaging.address import Phone, parse_phone
from hebah.messaging.template import STANDARD_VARIABLES, variable_name


class Field(StrEnum):
    """What a column can mean."""

    PHONE = "phone"
    NAME = "name"
    NICHE = "niche"
    STATUS = "status"
    TRIGGERS = "triggers"
    NOTE = "note"
    ZONE = "zone"
    LANGUAGE = "language"
    CONSENT = "consent"
    CONSENT_SOURCE = "consent_source"
    CONSENT_DATE = "consent_date"
    VARIABLE = "variable"
    IGNORE = "ignore"


MAY_REPEAT = frozenset({Field.NICHE, Field.TRIGGERS, Field.VARIABLE, Field.IGNORE})


class MappingFault(StrEnum):
    """Why a mapping cannot be used."""

    PHONE_MISSING = "mapping_phone_missing"
    FIELD_TWICE = "mapping_field_twice"
    COLUMN_UNKNOWN = "mapping_column_unknown"


@dataclass(frozen=True, slots=True)
class MappingRefused:
    """The fault and the field or the column (counted from 0) that shows it."""

    code: MappingFault
    shown: str


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A usable meaning for every column: exactly one phone, nothing twice that is said once."""

    header: tuple[str, ...]
    fields: tuple[Field, ...]
    variables: tuple[str, ...]
    """The name of each column in templates, unique, also where the column is no variable."""
    places: Mapping[Field, tuple[int, ...]]
    """Where each field stands, counted from 0; kept since every row of a file asks for it."""

    def columns_of(self, field: Field) -> tuple[int, ...]:
        """Where the field stands, counted from 0; nowhere is the empty tuple."""
        return self.places.get(field, ())

    def title(self, index: int) -> str:
        """What a person calls the column: its header, or its letter in a spreadsheet program."""
        return (self.header[index] if index < len(self.header) else "") or column_letter(index)


_TITLES: tuple[tuple[Field, str], ...] = (
    (
        Field.PHONE,
        "phone, phones, phone no, phone num, phone number, phone numbers, mobile, mobile no, "
        "mobile number, mobile phone, cell, cellphone, cell phone, cell number, tel, tel no, telephone, "
        "telephone no, telephone number, contact no, contact number, whatsapp, whatsapp no, "
        "whatsapp number, wa, wa no, wa number, msisdn, hp, h p, hp no, no hp, no h p, handphone, "
        "handphone no, no handphone, telefon, no telefon, no tel, no tel bimbit, no telefon bimbit, "
        "telefon bimbit, nombor telefon, nombor, nombor hp, no whatsapp, nombor whatsapp, no wa, no phone, "
        "no fon, fon, no bimbit, nombor bimbit, no untuk dihubungi, 电话, 手机, 电话号码",
    ),
    (
        Field.NAME,
        "name, names, full name, fullname, first name, firstname, contact name, customer name, "
        "client name, lead name, display name, nama, nama penuh, nama pelanggan, nama customer, nama lead, "
        "nama prospek, nama panggilan, nama kenalan, pelanggan, customer, contact, contact person, 姓名, 名字",
    ),
    (
        Field.NICHE,
        "niche, niches, category, categories, segment, segments, interest, interests, product, "
        "product interest, tag, tags, group, label, labels, kategori, kategori produk, minat, segmen, "
        "produk, kumpulan, bidang, jenis produk",
    ),
    (
        Field.STATUS,
        "status, target status, lead status, customer status, status lead, status pelanggan, "
        "status sasaran, status prospek",
    ),
    (Field.TRIGGERS, "trigger, triggers, sequence trigger, sequence triggers, pencetus"),
    (
        Field.NOTE,
        "note, notes, remark, remarks, comment, comments, description, memo, catatan, nota, ulasan, komen, keterangan",
    ),
    (Field.ZONE, "zone, time zone, timezone, tz, zon, zon masa"),
    (Field.LANGUAGE, "language, languages, lang, locale, preferred language, bahasa, bahasa pilihan"),
    (
        Field.CONSENT,
        "consent, consented, consent given, opt in, optin, opted in, agreed, agree, permission, gdpr, "
        "pdpa, pdpa consent, marketing consent, persetujuan, setuju, kebenaran, izin, persetujuan pdpa",
    ),
    (
        Field.CONSENT_SOURCE,
        "consent source, source of consent, source, lead source, opt in source, consent channel, sumber, "
        "sumber persetujuan, punca, saluran persetujuan, sumber lead",
    ),
    (
        Field.CONSENT_DATE,
        "consent date, consent time, consent at, consented at, consented on, date of consent, "
        "consent given at, opt in date, optin date, opt in at, opt in time, opted in at, "
        "tarikh persetujuan, tarikh setuju, masa persetujuan, tarikh kebenaran, tarikh izin",
    ),
    (Field.IGNORE, "no, bil, bilangan, s n, sn, num, index, row, id, serial"),
)
_MEANINGS: Mapping[str, Field] = MappingProxyType(
    {"": Field.IGNORE} | {title: field for field, titles in _TITLES for title in titles.split(", ")}
)
# Read in this order when no whole header is known: a column of consent dates also speaks of consent.
_AGREES = frozenset({"consent", "optin", "opt", "persetujuan", "setuju"})
_WORDS: tuple[tuple[Field, tuple[frozenset[str], ...]], ...] = (
    (Field.CONSENT_DATE, (_AGREES, frozenset({"date", "time", "at", "on", "tarikh", "masa"}))),
    (Field.CONSENT_SOURCE, (_AGREES, frozenset({"source", "sumber", "channel", "from"}))),
    (Field.CONSENT, (frozenset({"consent", "optin", "persetujuan", "setuju", "pdpa"}),)),
    (
        Field.PHONE,
        (frozenset({"phone", "telefon", "telephone", "handphone", "mobile", "whatsapp", "hp", "tel", "msisdn"}),),
    ),
)
_DESPERATE_SHARE = 0.5


def guess_columns(header: Sequence[str], samples: Sequence[Sequence[str]], region: str = "MY") -> tuple[Field, ...]:
    """The likely meaning of each column; without a telling header the numbers themselves show the phone column."""
    named = [_meaning(title) for title in header]
    shares = [_phone_share(samples, index, region) for index in range(len(header))]
    phone = _phone_column(named, shares)
    fields: list[Field] = []
    for index, meant in enumerate(named):
        if index == phone:
            fields.append(Field.PHONE)
        elif meant is None or meant is Field.PHONE or (meant in fields and meant not in MAY_REPEAT):
            fields.append(Field.VARIABLE)
        else:
            fields.append(meant)
    return tuple(fields)


def map_columns(header: Sequence[str], meanings: Mapping[int, Field]) -> ColumnMapping | MappingRefused:
    """What a person chose, by column counted from 0; columns not spoken of are ignored."""
    for index in meanings:
        if not 0 <= index < len(header):
            return MappingRefused(MappingFault.COLUMN_UNKNOWN, str(index))
    fields = tuple(meanings.get(index, Field.IGNORE) for index in range(len(header)))
    if Field.PHONE not in fields:
        return MappingRefused(MappingFault.PHONE_MISSING, Field.PHONE)
    for field in Field:
        if field not in MAY_REPEAT and fields.count(field) > 1:
            return MappingRefused(MappingFault.FIELD_TWICE, field)
    places = {field: tuple(index for index, meant in enumerate(fields) if meant is field) for field in Field}
    return ColumnMapping(tuple(header), fields, variable_names(header), MappingProxyType(places))


def variable_names(header: Sequence[str]) -> tuple[str, ...]:
    """A name for `{{…}}` per column: from the header, never twice, never one that means something else already."""
    taken = set(STANDARD_VARIABLES)
    names: list[str] = []
    for index, title in enumerate(header):
        base = variable_name(title) or f"column_{column_letter(index).casefold()}"
        base = base if base[0].isalpha() else f"column_{base}"
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        names.append(name)
    return tuple(names)


def column_letter(index: int) -> str:
    """A for 0, Z for 25, AA for 26, as spreadsheet programs count."""
    letters = ""
    number = index + 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _meaning(title: str) -> Field | None:
    spoken = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", title).casefold()).strip()
    if spoken in _MEANINGS:
        return _MEANINGS[spoken]
    words = frozenset(spoken.split())
    for field, groups in _WORDS:
        if all(words & group for group in groups):
            return field
    return None


def _phone_column(named: Sequence[Field | None], shares: Sequence[float]) -> int | None:
    """By header, the one with most numbers; by content, a column nobody named that is mostly numbers."""
    titled = [index for index, meant in enumerate(named) if meant is Field.PHONE]
    others = [index for index, meant in enumerate(named) if meant in (None, Field.IGNORE, Field.NAME)]
    by_content = max(others, key=lambda index: shares[index], default=None)
    proven = by_content is not None and shares[by_content] >= _DESPERATE_SHARE
    by_title = max(titled, key=lambda index: shares[index], default=None)
    if by_title is None or (proven and shares[by_title] == 0):
        return by_content if proven else by_title
    return by_title


def _phone_share(samples: Sequence[Sequence[str]], index: int, region: str) -> float:
    values = [row[index] for row in samples if index < len(row) and row[index].strip()]
    if not values:
        return 0
    return sum(isinstance(parse_phone(value, region), Phone) for value in values) / len(values)
