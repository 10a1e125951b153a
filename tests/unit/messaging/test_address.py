import pytest
from hypothesis import given
from hypothesis import strategies as st

from hebah.messaging.address import (
    ANY_REGION,
    Phone,
    PhoneFault,
    PhoneRefused,
    mask,
    parse_phone,
    region_of,
    zones_for,
)

SAME_NUMBER = [
    "0123456789",
    "012-345 6789",
    "012-3456789",
    "012 345 6789",
    "012.345.6789",
    "012\N{EN DASH}345\N{EN DASH}6789",
    "(012) 3456789",
    "(012)-345-6789",
    "0 1 2 3 4 5 6 7 8 9",
    "123456789",
    "60123456789",
    "60 12 345 6789",
    "6012-3456789",
    "600123456789",
    "60 (0)12-345 6789",
    "+60123456789",
    "+60 12 345 6789",
    "+6012-345 6789",
    "+60-12-345-6789",
    "+60 (0)12-345 6789",
    "+600123456789",
    "(+60)123456789",
    "++60123456789",
    "0060123456789",
    "00 60 12 345 6789",
    "'0123456789",
    "\N{RIGHT SINGLE QUOTATION MARK}0123456789",
    '"0123456789"',
    '="0123456789"',
    '="+60123456789"',
    "  0123456789\t",
    "0123456789\n",
    "012\N{NO-BREAK SPACE}345\N{NO-BREAK SPACE}6789",
    "012\N{NARROW NO-BREAK SPACE}3456789",
    "\N{LEFT-TO-RIGHT MARK}+60123456789\N{POP DIRECTIONAL FORMATTING}",
    "\N{RIGHT-TO-LEFT MARK}0123456789",
    "\N{ZERO WIDTH SPACE}0123456789",
    "\N{ZERO WIDTH NO-BREAK SPACE}0123456789",
    "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",
    "\uff0b\uff16\uff10 123456789",
    "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
    "60123456789.0",
    "60123456789.00",
    "123456789.0",
    "60,123,456,789",
    "tel:+60123456789",
    "tel:0123456789",
    "Tel: 012-345 6789",
    "Tel No. 012-345 6789",
    "HP 012-3456789",
    "H/P: 0123456789",
    "wa.me/60123456789",
    "https://wa.me/60123456789",
    "https://wa.me/60123456789?text=Hai%20123",
    "https://api.whatsapp.com/send?phone=60123456789&text=Hai",
    "https://api.whatsapp.com/send/?text=Hai&phone=%2B60123456789",
    "60123456789@s.whatsapp.net",
    "60123456789:12@s.whatsapp.net",
    "60123456789@c.us",
]

OTHER_NUMBERS = [
    ("011-1234 5678", "+601112345678"),
    ("1112345678", "+601112345678"),
    ("03-2161 2345", "+60321612345"),
    ("085-412345", "+6085412345"),
    ("+65 9123 4567", "+6591234567"),
    ("006591234567", "+6591234567"),
    ("+62 812-3456-7890", "+6281234567890"),
    ("+1 201-555-0123", "+12015550123"),
    ("wa.me/6591234567", "+6591234567"),
]

REFUSED = [
    ("", PhoneFault.EMPTY),
    ("   ", PhoneFault.EMPTY),
    ("-", PhoneFault.EMPTY),
    ("+", PhoneFault.EMPTY),
    ("'", PhoneFault.EMPTY),
    ("\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}", PhoneFault.EMPTY),
    ("N/A", PhoneFault.LETTERS),
    ("tiada", PhoneFault.LETTERS),
    ("1300-88-FLOWER", PhoneFault.LETTERS),
    ("0123456789 (Ali)", PhoneFault.LETTERS),
    ("03-2161 2345 ext 12", PhoneFault.LETTERS),
    ("O123456789", PhoneFault.LETTERS),
    ("120363025912345678@g.us", PhoneFault.LETTERS),
    ("6.01234E+10", PhoneFault.SCIENTIFIC_NOTATION),
    ("6,01234E+10", PhoneFault.SCIENTIFIC_NOTATION),
    ("6.01e10", PhoneFault.SCIENTIFIC_NOTATION),
    ("+6.01234E+10", PhoneFault.SCIENTIFIC_NOTATION),
    ("0123456789 / 0198765432", PhoneFault.SEVERAL_NUMBERS),
    ("0123456789, 0198765432", PhoneFault.SEVERAL_NUMBERS),
    ("0123456789;0198765432", PhoneFault.SEVERAL_NUMBERS),
    ("0123456789 or 0198765432", PhoneFault.SEVERAL_NUMBERS),
    ("0123456789 atau 0198765432", PhoneFault.SEVERAL_NUMBERS),
    ("0123456789\n0198765432", PhoneFault.SEVERAL_NUMBERS),
    ("0123456789 0198765432", PhoneFault.SEVERAL_NUMBERS),
    ("0", PhoneFault.TOO_SHORT),
    ("00", PhoneFault.TOO_SHORT),
    ("999", PhoneFault.TOO_SHORT),
    ("12345", PhoneFault.TOO_SHORT),
    ("+60123", PhoneFault.TOO_SHORT),
    ("012345678901234", PhoneFault.TOO_LONG),
    ("+6012345678901234567890", PhoneFault.TOO_LONG),
    ("+999123456789", PhoneFault.NOT_POSSIBLE),
    ("0123456789#", PhoneFault.NOT_POSSIBLE),
    ("12345678", PhoneFault.NOT_VALID),
    ("+60992345678", PhoneFault.NOT_VALID),
    ("2025-01-02", PhoneFault.NOT_VALID),
    ("6591234567", PhoneFault.NEEDS_PLUS),
    ("12015550123", PhoneFault.NEEDS_PLUS),
]


@pytest.mark.parametrize("written", SAME_NUMBER)
def test_every_spelling_of_a_number_is_the_same_phone(written: str) -> None:
    assert parse_phone(written, "MY") == Phone("+60123456789")


@pytest.mark.parametrize(("written", "e164"), OTHER_NUMBERS)
def test_mobile_fixed_and_foreign_numbers_are_taken(written: str, e164: str) -> None:
    assert parse_phone(written, "MY") == Phone(e164)


@pytest.mark.parametrize(("written", "fault"), REFUSED)
def test_what_is_not_one_number_is_refused_with_its_reason(written: str, fault: PhoneFault) -> None:
    refused = parse_phone(written, "MY")

    assert refused == PhoneRefused(fault)
    assert refused.sentence_key == fault.value


def test_the_region_decides_about_numbers_without_country_code() -> None:
    assert parse_phone("91234567", "SG") == Phone("+6591234567")


@pytest.mark.parametrize("written", ["6591234567", "+6591234567", "006591234567", "65 9123 4567"])
def test_any_region_reads_the_country_code_where_the_plus_is_missing(written: str) -> None:
    assert parse_phone(written, ANY_REGION) == Phone("+6591234567")


def test_any_region_refuses_a_local_number() -> None:
    assert isinstance(parse_phone("0123456789", ANY_REGION), PhoneRefused)


@given(st.text())
def test_no_text_breaks_the_parser_and_what_it_takes_it_takes_again(text: str) -> None:
    parsed = parse_phone(text)

    if isinstance(parsed, Phone):
        assert parse_phone(parsed.e164) == parsed
        assert parse_phone(parsed.digits, ANY_REGION) == parsed


@given(st.text(alphabet="0123456789+-() .,/;eE'", max_size=24))
def test_no_heap_of_digits_breaks_the_parser(text: str) -> None:
    parsed = parse_phone(text)

    if isinstance(parsed, Phone):
        assert parse_phone(parsed.e164) == parsed


@given(st.integers(min_value=100_0000, max_value=999_9999), st.sampled_from(["012", "013", "016", "017", "019"]))
def test_a_valid_number_survives_every_usual_dressing(subscriber: int, prefix: str) -> None:
    local = f"{prefix}{subscriber}"
    dressings = [
        local,
        local[1:],
        f"+6{local}",
        f"006{local}",
        f"6{local}.0",
        f"wa.me/6{local}",
        f"{prefix}-{subscriber}",
    ]

    assert {parse_phone(dressing) for dressing in dressings} == {Phone(f"+6{local}")}


def test_the_zones_of_a_number_are_all_where_its_owner_may_be() -> None:
    assert zones_for(Phone("+60123456789")) == ("Asia/Kuching",)
    assert set(zones_for(Phone("+61412345678"))) >= {"Australia/Perth", "Australia/Sydney"}
    assert zones_for(Phone("+870773111632")) == ()


def test_the_region_of_a_number_is_its_country() -> None:
    assert region_of(Phone("+60123456789")) == "MY"
    assert region_of(Phone("+870773111632")) is None


def test_a_phone_shows_only_its_last_digits_in_logs_and_tracebacks() -> None:
    assert mask(Phone("+60123456789")) == "***6789"
    assert "2345" not in f"{Phone('+60123456789')!r} {Phone('+60123456789')}"
