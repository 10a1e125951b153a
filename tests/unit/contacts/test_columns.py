import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.contacts.rules.columns import (
    MAY_REPEAT,
    ColumnMapping,
    Field,
    MappingFault,
    MappingRefused,
    column_letter,
    guess_columns,
    map_columns,
    variable_names,
)
from hebah.messaging.template import STANDARD_VARIABLES, Template, parse_template


@pytest.mark.parametrize(
    ("header", "guessed"),
    [
        (["phone", "name", "niche", "status"], [Field.PHONE, Field.NAME, Field.NICHE, Field.STATUS]),
        (["Nama Penuh", "No. Telefon", "Kategori"], [Field.NAME, Field.PHONE, Field.NICHE]),
        (["NAMA", "NO TEL", "CATATAN"], [Field.NAME, Field.PHONE, Field.NOTE]),
        (["Bil", "Nama", "H/P", "Nota"], [Field.IGNORE, Field.NAME, Field.PHONE, Field.NOTE]),
        (["No.", "HP", "Nama"], [Field.IGNORE, Field.PHONE, Field.NAME]),
        (["telefon_bimbit", "nama_pelanggan"], [Field.PHONE, Field.NAME]),
        (["Customer Phone Number (WhatsApp)", "Full Name"], [Field.PHONE, Field.NAME]),
        (["\uff30\uff28\uff2f\uff2e\uff25", "\uff2e\uff21\uff2d\uff25"], [Field.PHONE, Field.NAME]),
        (
            ["Telefon", "Persetujuan", "Tarikh Persetujuan", "Sumber"],
            [Field.PHONE, Field.CONSENT, Field.CONSENT_DATE, Field.CONSENT_SOURCE],
        ),
        (
            ["Phone", "Consent", "Consent Date", "Consent Source"],
            [Field.PHONE, Field.CONSENT, Field.CONSENT_DATE, Field.CONSENT_SOURCE],
        ),
        (["Phone", "Date of marketing consent"], [Field.PHONE, Field.CONSENT_DATE]),
        (["Phone", "Time zone", "Bahasa", "Trigger"], [Field.PHONE, Field.ZONE, Field.LANGUAGE, Field.TRIGGERS]),
        (["Phone", "Bandar", ""], [Field.PHONE, Field.VARIABLE, Field.IGNORE]),
        (["Phone", "Name", "Nama"], [Field.PHONE, Field.NAME, Field.VARIABLE]),
        (["Phone", "Niche", "Tags"], [Field.PHONE, Field.NICHE, Field.NICHE]),
    ],
)
def test_headers_in_english_and_malay_are_understood(header: list[str], guessed: list[Field]) -> None:
    assert guess_columns(header, []) == tuple(guessed)


def test_numbers_show_the_phone_column_where_headers_say_nothing() -> None:
    rows = [["Ali", "0123456789", "45"], ["Siti", "+60 19-876 5432", "38"], ["Abu", "", "22"]]

    assert guess_columns(["Column1", "Column2", "Column3"], rows)[1] is Field.PHONE
    assert guess_columns(["", "", ""], rows)[1] is Field.PHONE
    assert guess_columns(["Nama", "No", "Umur"], rows) == (Field.NAME, Field.PHONE, Field.VARIABLE)


def test_a_column_called_phone_that_holds_no_number_does_not_win() -> None:
    rows = [["iPhone 12", "0123456789"], ["Galaxy", "0198765432"]]

    assert guess_columns(["Phone", "Contact"], rows) == (Field.VARIABLE, Field.PHONE)


def test_of_two_phone_columns_the_one_with_more_numbers_wins() -> None:
    rows = [["-", "0123456789"], ["0321612345", "0198765432"]]

    assert guess_columns(["Telephone", "Mobile"], rows) == (Field.VARIABLE, Field.PHONE)


def test_a_phone_column_of_broken_numbers_stays_the_phone_column() -> None:
    assert guess_columns(["Telefon", "Nama"], [["6.01E+10", "Ali"]]) == (Field.PHONE, Field.NAME)


@given(st.lists(st.text(max_size=12), max_size=8), st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=4))
def test_a_guess_covers_every_column_and_says_nothing_twice(header: list[str], samples: list[list[str]]) -> None:
    guessed = guess_columns(header, samples)

    assert len(guessed) == len(header)
    assert all(guessed.count(field) <= 1 for field in Field if field not in MAY_REPEAT)
    if Field.PHONE in guessed:
        assert isinstance(map_columns(header, dict(enumerate(guessed))), ColumnMapping)


@pytest.mark.parametrize(
    ("meanings", "refused"),
    [
        ({}, MappingRefused(MappingFault.PHONE_MISSING, "phone")),
        ({0: Field.NAME}, MappingRefused(MappingFault.PHONE_MISSING, "phone")),
        ({0: Field.PHONE, 1: Field.PHONE}, MappingRefused(MappingFault.FIELD_TWICE, "phone")),
        ({0: Field.PHONE, 1: Field.NAME, 2: Field.NAME}, MappingRefused(MappingFault.FIELD_TWICE, "name")),
        ({0: Field.PHONE, 3: Field.NAME}, MappingRefused(MappingFault.COLUMN_UNKNOWN, "3")),
        ({0: Field.PHONE, -1: Field.NAME}, MappingRefused(MappingFault.COLUMN_UNKNOWN, "-1")),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(meanings: dict[int, Field], refused: MappingRefused) -> None:
    assert map_columns(["a", "b", "c"], meanings) == refused


def test_columns_nobody_speaks_of_are_ignored() -> None:
    mapping = map_columns(["a", "Telefon", ""], {1: Field.PHONE})

    assert isinstance(mapping, ColumnMapping)
    assert mapping.fields == (Field.IGNORE, Field.PHONE, Field.IGNORE)
    assert [mapping.title(index) for index in range(4)] == ["a", "Telefon", "C", "D"]


def test_every_column_has_a_name_of_its_own_in_templates() -> None:
    assert variable_names(["Tarikh Lahir", "tarikh lahir", "Name", "", "2024", "???"]) == (
        "tarikh_lahir",
        "tarikh_lahir_2",
        "name_2",
        "column_d",
        "column_2024",
        "column_f",
    )


@given(st.lists(st.text(max_size=10), max_size=10))
def test_names_of_columns_are_unique_and_usable_in_a_template(header: list[str]) -> None:
    names = variable_names(header)

    assert len(set(names)) == len(header)
    assert not set(names) & STANDARD_VARIABLES
    for name in names:
        assert isinstance(parse_template("{{" + name + "}}", known=names), Template)


def test_columns_are_lettered_as_in_a_spreadsheet() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
