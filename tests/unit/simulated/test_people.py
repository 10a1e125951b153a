"""People do what their number, the seed and the text decide, and never anything out of order."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from hebah.adapters.transports.simulated.people import LIVELY, QUIET, Behaviour, Course, People

phones = st.integers(min_value=60_100_000_000, max_value=60_199_999_999).map(lambda number: f"+{number}")
seeds = st.integers(min_value=-(2**60), max_value=2**60)


def digest(body: str) -> bytes:
    return hashlib.sha256(body.encode()).digest()


def facts(course: Course) -> tuple[object, ...]:
    return course.ack, course.delivered, course.read, course.reply, course.text


@given(seeds, phones, st.text())
def test_the_same_person_does_the_same_with_the_same_text(seed: int, phone: str, body: str) -> None:
    courses = [People(LIVELY, seed).course_of(phone, digest(body)) for _ in range(2)]
    assert facts(courses[0]) == facts(courses[1])


@given(seeds, phones, st.text())
def test_stages_follow_each_other(seed: int, phone: str, body: str) -> None:
    course = People(Behaviour(read=1, reply=1), seed).course_of(phone, digest(body))
    assert course.delivered is not None
    assert course.read is not None
    assert course.reply is not None
    assert 0 < course.ack < course.delivered < course.read < course.reply
    assert course.text


@given(seeds, phones, st.text())
def test_quiet_people_only_let_the_network_accept(seed: int, phone: str, body: str) -> None:
    course = People(QUIET, seed).course_of(phone, digest(body))
    assert (course.delivered, course.read, course.reply) == (None, None, None)
    assert 50_000 <= course.ack <= 400_000


@given(seeds, phones)
def test_who_opts_out_says_so_to_every_text(seed: int, phone: str) -> None:
    people = People(Behaviour(read=1, opts_out=1), seed)
    assert {people.course_of(phone, digest(body)).text for body in ("a", "b", "c")} <= {"STOP", "BERHENTI"}


@given(seeds, phones)
def test_who_blocks_shows_nothing(seed: int, phone: str) -> None:
    assert People(Behaviour(read=1, reply=1, blocks=1), seed).course_of(phone, digest("x")).delivered is None


def test_shares_are_kept_over_many_people() -> None:
    people = People(LIVELY, 7)
    numbers = [f"+6012{number:07d}" for number in range(4000)]
    courses = [people.course_of(number, digest("Promosi")) for number in numbers]
    delivered = [course for course in courses if course.delivered is not None]
    read = [course for course in delivered if course.read is not None]
    replied = [course for course in read if course.reply is not None]
    assert 0.985 < len(delivered) / len(courses) < 0.996
    assert 0.70 < len(read) / len(delivered) < 0.80
    assert 0.30 < len(replied) / len(read) < 0.42
    assert 0.01 < sum(people.is_absent(number) for number in numbers) / len(numbers) < 0.03
