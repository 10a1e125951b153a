"""Why a row was left out, said to people: the words of the file of errors that an importer downloads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hebah.contacts.rules.drafts import RowFault
from hebah.messaging.address import PhoneFault

_ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        PhoneFault.EMPTY: "There is no telephone number.",
        PhoneFault.LETTERS: "A telephone number has no letters.",
        PhoneFault.SCIENTIFIC_NOTATION: (
            "A spreadsheet program has shortened this number and its last digits are lost. "
            "Format the column as text and enter the number again."
        ),
        PhoneFault.SEVERAL_NUMBERS: "There are several numbers in one cell. Give each its own row.",
        PhoneFault.TOO_SHORT: "The number is too short.",
        PhoneFault.TOO_LONG: "The number is too long.",
        PhoneFault.NEEDS_PLUS: "This looks like a number of another country. If it is, put a + before it.",
        PhoneFault.NOT_POSSIBLE: "This is not a telephone number.",
        PhoneFault.NOT_VALID: "No such number is in use. Check its digits.",
        RowFault.MORE_CELLS_THAN_COLUMNS: (
            "The row has more cells than there are columns: a value that contains the delimiter needs quotation marks."
        ),
        RowFault.VALUE_TOO_LONG: "The value is too long.",
        RowFault.STATUS_UNKNOWN: "The status must be prospect or customer.",
        RowFault.ZONE_UNKNOWN: "There is no such time zone. Write it like Asia/Kuala_Lumpur.",
        RowFault.LANGUAGE_UNKNOWN: "There is no such language. Write it like ms or en.",
        RowFault.CONSENT_UNREADABLE: "Consent must be yes, no or blank.",
        RowFault.CONSENT_DATE_UNREADABLE: "The date of consent is unreadable. Write it like 2025-01-31 or 31/01/2025.",
        RowFault.CONSENT_IN_FUTURE: "The date of consent lies in the future.",
    }
)
_MALAY: Mapping[str, str] = MappingProxyType(
    {
        PhoneFault.EMPTY: "Tiada nombor telefon.",
        PhoneFault.LETTERS: "Nombor telefon tidak mengandungi huruf.",
        PhoneFault.SCIENTIFIC_NOTATION: (
            "Program hamparan telah memendekkan nombor ini dan digit terakhirnya hilang. "
            "Formatkan lajur sebagai teks dan masukkan nombor itu semula."
        ),
        PhoneFault.SEVERAL_NUMBERS: "Ada beberapa nombor dalam satu sel. Letakkan setiap nombor dalam baris sendiri.",
        PhoneFault.TOO_SHORT: "Nombor terlalu pendek.",
        PhoneFault.TOO_LONG: "Nombor terlalu panjang.",
        PhoneFault.NEEDS_PLUS: "Ini kelihatan seperti nombor negara lain. Jika ya, letakkan + di hadapannya.",
        PhoneFault.NOT_POSSIBLE: "Ini bukan nombor telefon.",
        PhoneFault.NOT_VALID: "Nombor ini tidak wujud. Semak digitnya.",
        RowFault.MORE_CELLS_THAN_COLUMNS: (
            "Baris ini mempunyai lebih banyak sel daripada lajur: "
            "nilai yang mengandungi pemisah memerlukan tanda petikan."
        ),
        RowFault.VALUE_TOO_LONG: "Nilai terlalu panjang.",
        RowFault.STATUS_UNKNOWN: "Status mestilah prospek atau pelanggan.",
        RowFault.ZONE_UNKNOWN: "Zon masa ini tidak wujud. Tulis seperti Asia/Kuala_Lumpur.",
        RowFault.LANGUAGE_UNKNOWN: "Bahasa ini tidak wujud. Tulis seperti ms atau en.",
        RowFault.CONSENT_UNREADABLE: "Persetujuan mestilah ya, tidak atau kosong.",
        RowFault.CONSENT_DATE_UNREADABLE: (
            "Tarikh persetujuan tidak dapat dibaca. Tulis seperti 2025-01-31 atau 31/01/2025."
        ),
        RowFault.CONSENT_IN_FUTURE: "Tarikh persetujuan berada pada masa hadapan.",
    }
)


def sentence(code: str, language: str) -> str:
    """The sentence for a code of a refused row, in Malay or else in English; KeyError for a code of something else."""
    return (_MALAY if language == "ms" else _ENGLISH)[code]
