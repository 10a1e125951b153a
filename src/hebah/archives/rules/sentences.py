"""Why a line was left out, said to people: the words of the file of errors that an importer downloads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hebah.access.model import Language

_ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "no_such_date": "There is no such day or time.",
        "before_first_message": "This stands before the first message.",
        "message_too_long": "This is longer than a message can be.",
        "before_whatsapp": "This is older than WhatsApp. Check how the dates are written.",
        "in_the_future": "This lies in the future. Check how the dates are written, and the time zone.",
        "time_unreadable": "The time cannot be read. Write it like 2025-01-31 15:04.",
        "direction_unreadable": "The direction must be in or out.",
        "nothing_said": "There are neither words nor a file.",
    }
)
_MALAY: Mapping[str, str] = MappingProxyType(
    {
        "no_such_date": "Hari atau masa ini tidak wujud.",
        "before_first_message": "Ini berada sebelum mesej pertama.",
        "message_too_long": "Ini lebih panjang daripada had satu mesej.",
        "before_whatsapp": "Ini lebih lama daripada WhatsApp. Semak cara tarikh ditulis.",
        "in_the_future": "Ini pada masa hadapan. Semak cara tarikh ditulis dan zon masa.",
        "time_unreadable": "Masa tidak dapat dibaca. Tulis seperti 2025-01-31 15:04.",
        "direction_unreadable": "Arah mestilah masuk atau keluar.",
        "nothing_said": "Tiada kata-kata dan tiada fail.",
    }
)
_NO_NUMBER: Mapping[Language, str] = MappingProxyType(
    {
        Language.ENGLISH: "The telephone number of the chat cannot be used.",
        Language.MALAY: "Nombor telefon perbualan ini tidak dapat digunakan.",
    }
)


def sentence(code: str, language: Language) -> str:
    """The reason in words; every fault of a number is one."""
    words = _MALAY if language is Language.MALAY else _ENGLISH
    return words.get(code) or (_NO_NUMBER[language] if code.startswith("phone_") else code)
