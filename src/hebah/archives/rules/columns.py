"""Which column of a table means what: a guess from the header, corrected by a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from hebah.archives.model import Meaning

_TITLES: tuple[tuple[Meaning, str], ...] = (
    (
        Meaning.CHAT,
        "chat, phone, phone number, number, contact, contact number, conversation, whatsapp, whatsapp number, jid, "
        "telefon, no telefon, nombor telefon, nombor, hubungan, perbualan, sembang, pelanggan, customer, "
        "customer phone",
    ),
    (
        Meaning.DIRECTION,
        "direction, type, message type, from me, fromme, is from me, in out, inbound, outbound, arah, jenis, dari saya",
    ),
    (
        Meaning.TIME,
        "time, date, datetime, date time, timestamp, sent at, received at, created at, at, when, masa, tarikh, "
        "tarikh masa, tarikh dan masa, waktu",
    ),
    (Meaning.TEXT, "text, message, body, content, caption, words, teks, mesej, kandungan, isi, pesanan"),
    (Meaning.FILE, "file, file name, filename, attachment, media, media file, fail, nama fail, lampiran"),
    (Meaning.SENDER, "sender, from, author, name, sender name, penghantar, daripada, dari, nama, nama penghantar"),
)
_MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {title: meaning for meaning, titles in _TITLES for title in titles.split(", ")}
)
# fmt: off
_OUT = frozenset({
    "out", "outgoing", "outbound", "sent", "send", "me", "yes", "true", "1", "agent",
    "keluar", "dihantar", "hantar", "saya", "ya",
})
_IN = frozenset({
    "in", "incoming", "inbound", "received", "receive", "no", "false", "0", "customer",
    "masuk", "diterima", "terima", "tidak",
})
# fmt: on


def guess_columns(header: Sequence[str]) -> dict[int, Meaning]:
    """The likely meaning of each column; the first that could be something is it."""
    guess: dict[int, Meaning] = {}
    for index, title in enumerate(header):
        spoken = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", title).casefold()).strip()
        meant = _MEANINGS.get(spoken, Meaning.IGNORE)
        guess[index] = Meaning.IGNORE if meant in guess.values() else meant
    return guess


def mapping_fault(mapping: Mapping[int, Meaning], columns: int, *, has_chat: bool, has_me: bool) -> str | None:
    """Why a table cannot be read this way: a code, or None."""
    meant = [meaning for meaning in mapping.values() if meaning is not Meaning.IGNORE]
    if any(not 0 <= index < columns for index in mapping):
        return "mapping_column_unknown"
    if len(meant) != len(set(meant)):
        return "mapping_field_twice"
    if Meaning.TIME not in meant:
        return "mapping_time_missing"
    if Meaning.TEXT not in meant and Meaning.FILE not in meant:
        return "mapping_text_missing"
    if Meaning.CHAT not in meant and not has_chat:
        return "mapping_chat_missing"
    if Meaning.DIRECTION not in meant and not (Meaning.SENDER in meant and has_me):
        return "mapping_direction_missing"
    return None


def is_from_me(direction: str) -> bool | None:
    """Whether such a cell says that we wrote; None when it says neither."""
    word = direction.strip().casefold()
    if word in _OUT:
        return True
    return False if word in _IN else None
