from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.contacts.rules.columns import ColumnMapping, Field, map_columns
from hebah.contacts.rules.dates import parse_instant
from hebah.contacts.rules.drafts import Consent, ConsentState, LeadDraft, LeadStatus, RowFault, RowRefused
from hebah.contacts.rules.rows import ImportDefaults, answer_for_file, read_row
from hebah.contacts.rules.sentences import sentence
from hebah.foundation.tabular_parts import Row
from hebah.messaging.address import Phone, PhoneFault

KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")
NOW = datetime(2025, 6, 1, 4, 0, tzinfo=UTC)
DEFAULTS = ImportDefaults(now=NOW, zone=KUALA_LUMPUR)
ANSWER = Consent(ConsentState.GRANTED, "Pameran", datetime(2025, 5, 1, tzinfo=UTC))
WITH_ANSWER = ImportDefaults(now=NOW, zone=KUALA_LUMPUR, consent=ANSWER)
UNKNOWN = Consent()


def mapped(**meanings: Field) -> ColumnMapping:
    mapping = map_columns(list(meanings), dict(enumerate(meanings.values())))
    assert isinstance(mapping, ColumnMapping)
    return mapping


def draft(mapping: ColumnMapping, *cells: str, defaults: ImportDefaults = DEFAULTS) -> LeadDraft:
    read = read_row(Row(7, cells), mapping, defaults)
    assert isinstance(read, LeadDraft), read
    return read


def refusal(mapping: ColumnMapping, *cells: str, defaults: ImportDefaults = DEFAULTS) -> RowRefused:
    read = read_row(Row(7, cells), mapping, defaults)
    assert isinstance(read, RowRefused), read
    return read


def test_a_full_row_becomes_a_lead() -> None:
    mapping = mapped(
        Telefon=Field.PHONE,
        Nama=Field.NAME,
        Kategori=Field.NICHE,
        Tag=Field.NICHE,
        Status=Field.STATUS,
        Trigger=Field.TRIGGERS,
        Nota=Field.NOTE,
        Zon=Field.ZONE,
        Bahasa=Field.LANGUAGE,
        Bandar=Field.VARIABLE,
        Umur=Field.VARIABLE,
        Bil=Field.IGNORE,
    )

    lead = draft(
        mapping,
        *(" 012-345 6789 ", " Ali bin Abu ", "skincare; Rambut|SKINCARE", "gigi,", "Pelanggan", "vip, mula"),
        *("suka\nwarna biru", "Asia/Kuching", "Bahasa Melayu", "Ipoh", "  ", "1"),
    )

    assert lead.row_number == 7
    assert lead.phone == Phone("+60123456789")
    assert lead.facts.name == "Ali bin Abu"
    assert lead.facts.niches == ("skincare", "Rambut", "gigi")
    assert lead.facts.status is LeadStatus.CUSTOMER
    assert lead.facts.triggers == ("vip", "mula")
    assert lead.facts.note == "suka\nwarna biru"
    assert (lead.facts.zone, lead.facts.language) == ("Asia/Kuching", "ms")
    assert lead.facts.variables == {"bandar": "Ipoh"}
    assert lead.facts.consent == UNKNOWN


def test_blank_cells_say_nothing_and_the_file_fills_in_its_niches() -> None:
    mapping = mapped(Telefon=Field.PHONE, Kategori=Field.NICHE, Status=Field.STATUS)
    defaults = ImportDefaults(now=NOW, zone=KUALA_LUMPUR, niches=("umum",))

    assert draft(mapping, "0123456789", "", "", defaults=defaults).facts.niches == ("umum",)
    assert draft(mapping, "0123456789", "gigi", "", defaults=defaults).facts.niches == ("gigi",)
    assert draft(mapping, "0123456789").facts.status is None


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("prospect", LeadStatus.PROSPECT),
        ("PROSPEK", LeadStatus.PROSPECT),
        ("Bakal  Pelanggan", LeadStatus.PROSPECT),
        ("Customer", LeadStatus.CUSTOMER),
        ("pelanggan.", LeadStatus.CUSTOMER),
    ],
)
def test_status_is_read_in_english_and_malay(written: str, status: LeadStatus) -> None:
    assert draft(mapped(Telefon=Field.PHONE, Status=Field.STATUS), "0123456789", written).facts.status is status


@pytest.mark.parametrize(
    ("field", "written", "code"),
    [
        (Field.STATUS, "maybe", RowFault.STATUS_UNKNOWN),
        (Field.ZONE, "Kuala Lumpur", RowFault.ZONE_UNKNOWN),
        (Field.ZONE, "../../etc/passwd", RowFault.ZONE_UNKNOWN),
        (Field.LANGUAGE, "klingon", RowFault.LANGUAGE_UNKNOWN),
        (Field.CONSENT, "maybe", RowFault.CONSENT_UNREADABLE),
        (Field.CONSENT_DATE, "01/31/2025", RowFault.CONSENT_DATE_UNREADABLE),
        (Field.CONSENT_DATE, "semalam", RowFault.CONSENT_DATE_UNREADABLE),
        (Field.CONSENT_DATE, "2025-06-02", RowFault.CONSENT_IN_FUTURE),
        (Field.NAME, "x" * 201, RowFault.VALUE_TOO_LONG),
    ],
)
def test_an_unreadable_cell_refuses_the_row_and_is_shown(field: Field, written: str, code: RowFault) -> None:
    refused = refusal(mapped(Telefon=Field.PHONE, Kolum=field), "0123456789", written)

    assert (refused.row_number, refused.column, refused.code) == (7, "Kolum", code)
    assert refused.value_shown == written or (len(refused.value_shown) == 80 and refused.value_shown.endswith("…"))


@pytest.mark.parametrize(
    ("written", "code"),
    [("", PhoneFault.EMPTY), ("6.01234E+10", PhoneFault.SCIENTIFIC_NOTATION), ("tiada", PhoneFault.LETTERS)],
)
def test_a_row_without_a_number_is_refused_with_the_reason(written: str, code: PhoneFault) -> None:
    assert refusal(mapped(Telefon=Field.PHONE), written) == RowRefused(7, "Telefon", code, written)


def test_a_row_wider_than_the_header_is_refused_since_its_values_have_moved() -> None:
    mapping = mapped(Nama=Field.NAME, Telefon=Field.PHONE)

    assert refusal(mapping, "Ali", " bin Abu", "0123456789").code == RowFault.MORE_CELLS_THAN_COLUMNS
    assert draft(mapping, "Ali", "0123456789", "", " ").facts.name == "Ali"


def test_the_region_of_the_workspace_reads_local_numbers() -> None:
    defaults = ImportDefaults(now=NOW, zone=KUALA_LUMPUR, region="SG")

    assert draft(mapped(Telefon=Field.PHONE), "91234567", defaults=defaults).phone == Phone("+6591234567")


# --- consent ---------------------------------------------------------------------------------------------------------

CONSENT = mapped(Telefon=Field.PHONE, Setuju=Field.CONSENT, Sumber=Field.CONSENT_SOURCE, Tarikh=Field.CONSENT_DATE)
DATED = mapped(Telefon=Field.PHONE, Sumber=Field.CONSENT_SOURCE, Tarikh=Field.CONSENT_DATE)
SOURCED = mapped(Telefon=Field.PHONE, Sumber=Field.CONSENT_SOURCE)
MAY_FIRST = datetime(2025, 4, 30, 16, 0, tzinfo=UTC)


def consent(mapping: ColumnMapping, *cells: str, defaults: ImportDefaults = DEFAULTS) -> Consent:
    return draft(mapping, "0123456789", *cells, defaults=defaults).facts.consent


def granted(source: str, given_at: datetime | None) -> Consent:
    return Consent(ConsentState.GRANTED, source, given_at)


def test_without_columns_and_answer_consent_is_unknown() -> None:
    assert consent(mapped(Telefon=Field.PHONE)) == UNKNOWN


def test_the_answer_for_the_file_counts_for_rows_that_are_silent() -> None:
    assert consent(mapped(Telefon=Field.PHONE), defaults=WITH_ANSWER) == ANSWER
    assert consent(DATED, "", "", defaults=WITH_ANSWER) == ANSWER
    assert consent(DATED, "Borang", "2025-05-01", defaults=WITH_ANSWER) == granted("Borang", MAY_FIRST)
    assert consent(SOURCED, "Borang", defaults=WITH_ANSWER) == granted("Borang", ANSWER.given_at)


@pytest.mark.parametrize("word", ["ya", "Yes", "SETUJU", "1", "TRUE", "✓", "opt-in", "granted"])
def test_a_yes_in_the_column_grants(word: str) -> None:
    assert consent(CONSENT, word, "Borang web", "01/05/2025") == granted("Borang web", MAY_FIRST)


@pytest.mark.parametrize("word", ["tidak", "No", "0", "FALSE", "opt-out", "unsubscribed", "refused"])
def test_a_no_in_the_column_refuses_even_where_the_file_was_vouched_for(word: str) -> None:
    assert consent(CONSENT, word, "", "", defaults=WITH_ANSWER) == Consent(ConsentState.REFUSED, "Setuju", None)


@pytest.mark.parametrize("word", ["", "-", "N/A", "unknown"])
def test_a_blank_in_a_column_of_consent_is_not_a_yes(word: str) -> None:
    assert consent(CONSENT, word, "Borang", "2025-05-01", defaults=WITH_ANSWER) == UNKNOWN


def test_a_date_or_a_source_alone_is_evidence_where_no_column_says_yes_or_no() -> None:
    assert consent(DATED, "", "2025-05-01") == granted("Tarikh", MAY_FIRST)
    assert consent(SOURCED, "Borang") == granted("Borang", None)
    assert consent(SOURCED, "") == UNKNOWN


def test_a_source_without_its_date_is_no_evidence_where_dates_are_kept() -> None:
    assert consent(DATED, "Borang", "") == UNKNOWN


def test_nobody_can_vouch_for_consent_in_the_future() -> None:
    assert answer_for_file("Pameran", NOW, NOW) == granted("Pameran", NOW)
    assert answer_for_file("Pameran", datetime(2025, 6, 1, 4, 1, tzinfo=UTC), NOW) is RowFault.CONSENT_IN_FUTURE


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2025-05-01", MAY_FIRST),
        ("2025/05/01", MAY_FIRST),
        ("01/05/2025", MAY_FIRST),
        ("1/5/2025", MAY_FIRST),
        ("01-05-2025", MAY_FIRST),
        ("01.05.2025", MAY_FIRST),
        (" 01/05/2025 ", MAY_FIRST),
        ("45778", MAY_FIRST),
        ("45778.5", datetime(2025, 5, 1, 4, 0, tzinfo=UTC)),
        ("2025-05-01T12:00:00", datetime(2025, 5, 1, 4, 0, tzinfo=UTC)),
        ("2025-05-01 12:00", datetime(2025, 5, 1, 4, 0, tzinfo=UTC)),
        ("01/05/2025 12:00:30", datetime(2025, 5, 1, 4, 0, 30, tzinfo=UTC)),
        ("2025-05-01T12:00:00.123Z", datetime(2025, 5, 1, 12, 0, tzinfo=UTC)),
        ("2025-05-01T12:00:00+08:00", datetime(2025, 5, 1, 4, 0, tzinfo=UTC)),
        ("2025-05-01T12:00:00-0330", datetime(2025, 5, 1, 15, 30, tzinfo=UTC)),
        ("\uff12\uff10\uff12\uff15-05-01", MAY_FIRST),
    ],
)
def test_days_and_instants_are_read_as_people_write_them(written: str, instant: datetime) -> None:
    assert parse_instant(written, KUALA_LUMPUR) == instant


@pytest.mark.parametrize(
    "written", ["", "31/02/2025", "05/13/2025", "1/5/25", "2025-5", "0025-01-01", "123", "99999999", "2025-01-01 25:00"]
)
def test_what_is_no_date_is_not_guessed(written: str) -> None:
    assert parse_instant(written, KUALA_LUMPUR) is None


@given(
    st.dates(min_value=datetime(1990, 1, 2, tzinfo=UTC).date()), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"])
)
def test_every_day_is_read_back(day: object, pattern: str) -> None:
    instant = parse_instant(format(day, pattern), KUALA_LUMPUR)

    assert instant is not None
    assert instant.astimezone(KUALA_LUMPUR).date() == day


@given(st.lists(st.text(max_size=20), max_size=6))
def test_no_row_breaks_the_reader(cells: list[str]) -> None:
    mapping = mapped(
        Telefon=Field.PHONE,
        Nama=Field.NAME,
        Status=Field.STATUS,
        Zon=Field.ZONE,
        Setuju=Field.CONSENT,
        T=Field.CONSENT_DATE,
    )

    assert read_row(Row(2, tuple(cells)), mapping, DEFAULTS).row_number == 2


@pytest.mark.parametrize("code", [*PhoneFault, *RowFault])
def test_every_refusal_has_a_sentence_in_both_languages(code: str) -> None:
    assert sentence(code, "en") != sentence(code, "ms")
