"""Telephone numbers as people and spreadsheets write them, parsed once at the edge into one E.164 value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import phonenumbers
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    ValidationResult,
    timezone,
)
from phonenumbers.tzdata import TIMEZONE_DATA

ANY_REGION = "ZZ"
"""For files whose numbers all carry a country code without the plus, such as an export of WhatsApp contacts."""


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """A valid number in E.164, plus included; made by `parse_phone`."""

    e164: str

    @property
    def digits(self) -> str:
        """The number as the network addresses it: country code first, no plus."""
        return self.e164[1:]

    def __repr__(self) -> str:
        # A number that slips into a log or a traceback shows its last digits only.
        return f"Phone({mask(self)})"


class PhoneFault(StrEnum):
    """Why a text is not one telephone number we may write to."""

    EMPTY = "phone_empty"
    LETTERS = "phone_letters"
    SCIENTIFIC_NOTATION = "phone_scientific_notation"
    SEVERAL_NUMBERS = "phone_several_numbers"
    TOO_SHORT = "phone_too_short"
    TOO_LONG = "phone_too_long"
    NEEDS_PLUS = "phone_needs_plus"
    NOT_POSSIBLE = "phone_not_possible"
    NOT_VALID = "phone_not_valid"


@dataclass(frozen=True, slots=True)
class PhoneRefused:
    """The text was not taken."""

    code: PhoneFault

    @property
    def sentence_key(self) -> str:
        """The entry of the catalogue of sentences: the code itself."""
        return self.code.value


_PLAIN = re.compile(r"\+?[0-9]{3,15}")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_WHOLE_FLOAT = re.compile(r"(\+?\d{7,})[.,]0+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){2,}")
_FORMULA_TEXT = re.compile(r'=\s*"([^"]*)"')
_LINK = re.compile(
    r"(?:https?://)?(?:(?:www\.)?wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?(?:[^#]*&)?phone=)(?:\+|%2B)?(\d+)(?:[/?&#].*)?",
    re.IGNORECASE,
)
_JID = re.compile(r"(\d+)(?::\d+)?@(?:s\.whatsapp\.net|c\.us)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:tel(?:ephone|efon)?|h/?p|h\.p|phone|mobile|wa|whatsapp)(?:\s*(?:no|number))?\s*[.:]*\s*(?=[+(\d])",
    re.IGNORECASE,
)
_BETWEEN_NUMBERS = re.compile(r"[,;/|&\n]|\b(?:or|and|atau|dan)\b", re.IGNORECASE)
_PLUSES = re.compile(r"^\++")

# The shortest subscriber number worth calling a second number in the same cell.
_NUMBER_DIGITS = 7
_LONGEST_E164 = 15
_SHORTEST = 3

_POSSIBILITY_FAULTS = {
    ValidationResult.TOO_SHORT: PhoneFault.TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: PhoneFault.TOO_SHORT,
    ValidationResult.TOO_LONG: PhoneFault.TOO_LONG,
}
_PARSE_FAULTS = {
    NumberParseException.TOO_SHORT_NSN: PhoneFault.TOO_SHORT,
    NumberParseException.TOO_SHORT_AFTER_IDD: PhoneFault.TOO_SHORT,
    NumberParseException.TOO_LONG: PhoneFault.TOO_LONG,
}


def parse_phone(text: str, region: str = "MY") -> Phone | PhoneRefused:
    """One number in any usual spelling; a number without country code belongs to `region` (ISO 3166, or ANY_REGION)."""
    # Most files hold plain digits, and reading a hundred thousand of them is felt.
    plain = _PLAIN.fullmatch(text) is not None
    written = text if plain else _unwrapped(text)
    fault = None if plain else _fault_of_spelling(written)
    if fault is not None:
        return PhoneRefused(fault)
    if region == ANY_REGION and not written.startswith(("+", "00")):
        written = "+" + written
    elif written.startswith("00"):
        written = "+" + written.lstrip("0")
    number = _parsed(written, region)
    if isinstance(number, PhoneFault):
        return PhoneRefused(number)
    fault = _fault_of_number(number)
    if fault is None:
        return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    # Read as foreign it would be valid, but so are many mistyped local numbers: a stranger must not get the message.
    if not written.startswith("+") and _is_valid_abroad(written):
        return PhoneRefused(PhoneFault.NEEDS_PLUS)
    return PhoneRefused(fault)


def zones_for(phone: Phone) -> tuple[str, ...]:
    """The IANA zones the owner may be in: quiet hours must hold in all of them; none when nothing is known."""
    sole = _sole_zone_of(_calling_code_of(phone.digits[:3]))
    if sole is not None:
        return (sole,)
    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(phone.e164))
    except NumberParseException:
        return ()
    return tuple(zone for zone in zones if zone != timezone.UNKNOWN_TIMEZONE)


def region_of(phone: Phone) -> str | None:
    """The country of the number in ISO 3166, or None for numbers of no country."""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(phone.e164))
    return None if region in (None, "001") else region


def mask(phone: Phone) -> str:
    """The only form of a number that may be logged: its last four digits."""
    return f"***{phone.e164[-4:]}"


@cache
def _calling_code_of(first_digits: str) -> str:
    return next(
        (first_digits[:size] for size in (1, 2, 3) if int(first_digits[:size]) in COUNTRY_CODE_TO_REGION_CODE), ""
    )


@cache
def _sole_zone_of(calling_code: str) -> str | None:
    # Asked for every message that goes out; nine countries in ten have one zone, and their numbers need not be read.
    zones = {
        zone
        for prefix, known in TIMEZONE_DATA.items()
        if calling_code and prefix.startswith(calling_code)
        for zone in known
    }
    return zones.pop() if len(zones) == 1 else None


def _unwrapped(text: str) -> str:
    """The bare number: without invisible marks, quotes, links, labels and the traces of a spreadsheet."""
    folded = unicodedata.normalize("NFKC", text)
    visible = "".join(_plain_digit(letter) for letter in folded if unicodedata.category(letter) != "Cf").strip()
    formula = _FORMULA_TEXT.fullmatch(visible)
    bare = (formula[1] if formula else visible).strip(" '\"`\u2018\u2019\u201c\u201d\t\r\n")
    for wrapped in (_LINK, _JID):
        found = wrapped.fullmatch(bare)
        if found:
            return "+" + found[1]
    bare = _LABEL.sub("", bare, count=1) if _LABEL.match(bare) else bare
    whole = _WHOLE_FLOAT.fullmatch(bare)
    bare = whole[1] if whole else bare
    bare = bare.replace(",", "") if _THOUSANDS.fullmatch(bare) else bare
    return _PLUSES.sub("+", bare)


def _plain_digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def _fault_of_spelling(written: str) -> PhoneFault | None:
    digits = _count_digits(written)
    if not any(letter.isalnum() for letter in written):
        return PhoneFault.EMPTY
    if _SCIENTIFIC.fullmatch(written):
        return PhoneFault.SCIENTIFIC_NOTATION
    if _holds_several(written, digits):
        return PhoneFault.SEVERAL_NUMBERS
    if any(letter.isalpha() for letter in written):
        return PhoneFault.LETTERS
    return PhoneFault.TOO_SHORT if digits < _SHORTEST else None


def _holds_several(written: str, digits: int) -> bool:
    parts = _BETWEEN_NUMBERS.split(written)
    if digits > _LONGEST_E164:
        parts = [piece for part in parts for piece in part.split()]
    return len([part for part in parts if _count_digits(part) >= _NUMBER_DIGITS]) > 1


def _count_digits(text: str) -> int:
    return sum(letter.isdecimal() for letter in text)


def _parsed(written: str, region: str) -> PhoneNumber | PhoneFault:
    try:
        return phonenumbers.parse(written, region)
    except NumberParseException as refusal:
        return _PARSE_FAULTS.get(refusal.error_type, PhoneFault.NOT_POSSIBLE)


def _fault_of_number(number: PhoneNumber) -> PhoneFault | None:
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != ValidationResult.IS_POSSIBLE:
        return _POSSIBILITY_FAULTS.get(possible, PhoneFault.NOT_POSSIBLE)
    return None if phonenumbers.is_valid_number(number) else PhoneFault.NOT_VALID


def _is_valid_abroad(written: str) -> bool:
    number = _parsed("+" + written, ANY_REGION)
    return isinstance(number, PhoneNumber) and _fault_of_number(number) is None
