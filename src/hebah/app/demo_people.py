"""The made-up people of the demo: the same for the same seed, and none of them real."""

from collections.abc import Iterator
from random import Random
from typing import Final

NICHES: Final = ("Kafe", "Butik", "Bengkel", "Katering", "Salun", "Tuisyen", "Kedai Runcit", "Kecantikan")
FINISHED_NICHE: Final = NICHES[0]
IN_FINISHED_NICHE: Final = 60
COLUMNS: Final = "phone,name,niche,status,city,consent,consent_source,consent_date"

_MALAY_FIRST = (
    "Aisyah", "Amirul", "Azlan", "Balqis", "Danial", "Farah", "Fatin", "Hafiz", "Hakim", "Hidayah", "Iman", "Irfan",
    "Izzati", "Khairul", "Liyana", "Mastura", "Nadia", "Naim", "Nurul", "Qistina", "Rashid", "Rosnah", "Safiyyah",
    "Shafiq", "Siti", "Suhaila", "Syafiq", "Wan", "Yusof", "Zainab",
)  # fmt: skip
_MALAY_LAST = (
    "Abdullah", "Ahmad", "Bakar", "Darus", "Hamid", "Hassan", "Ibrahim", "Ismail", "Jamil", "Kassim", "Mahmud",
    "Mansor", "Mohamad", "Musa", "Nordin", "Omar", "Osman", "Rahman", "Salleh", "Zakaria",
)  # fmt: skip
_CHINESE_LAST = (
    "Chan",
    "Cheah",
    "Chong",
    "Foo",
    "Goh",
    "Khoo",
    "Lee",
    "Lim",
    "Ng",
    "Ong",
    "Tan",
    "Teoh",
    "Wong",
    "Yap",
)
_CHINESE_FIRST = (
    "Chee Keong", "Hui Min", "Jia Wei", "Kah Mun", "Li Ting", "Mei Ling", "Pei Shan", "Siew Lan", "Wai Kit", "Wei Jie",
    "Xin Yi", "Yee Ling", "Yong Sheng", "Zhi Hao",
)  # fmt: skip
_INDIAN_FIRST = (
    "Anjali", "Arun", "Devi", "Ganesh", "Kavitha", "Kumar", "Lakshmi", "Logan", "Mohan", "Pavithra", "Prakash", "Priya",
    "Sanjay", "Shanti", "Suresh", "Thinesh",
)  # fmt: skip
_INDIAN_LAST = ("Chandran", "Govindan", "Krishnan", "Maniam", "Nair", "Pillai", "Raman", "Selvam", "Sivanathan")
_CITIES = (
    "Kuala Lumpur", "Petaling Jaya", "Shah Alam", "Johor Bahru", "George Town", "Ipoh", "Melaka", "Kota Bharu",
    "Kuantan", "Seremban", "Kuching", "Kota Kinabalu",
)  # fmt: skip
_SOURCES = ("shop counter", "web form", "fair in March", "loyalty card")
_PREFIXES = ("12", "13", "16", "17", "19")


def people_csv(seed: int, count: int, consented_on: str) -> bytes:
    """A file of that many people as a shop would export them; all of them agreed to be written to."""
    lines = [COLUMNS, *_lines(Random(seed), count, consented_on)]  # noqa: S311 - repeatable on purpose
    return "\r\n".join([*lines, ""]).encode()


def _lines(random: Random, count: int, consented_on: str) -> Iterator[str]:
    numbers = random.sample(range(2_000_000, 9_999_999), count)
    for place, number in enumerate(numbers):
        # The first rows are the audience of the campaign that is to finish soon.
        niche = FINISHED_NICHE if place < IN_FINISHED_NICHE else random.choice(NICHES[1:])
        status = "customer" if random.random() < 0.3 else "prospect"
        phone = f"+60{random.choice(_PREFIXES)}{number}"
        city, source = random.choice(_CITIES), random.choice(_SOURCES)
        yield f"{phone},{_name(random)},{niche},{status},{city},yes,{source},{consented_on}"


def _name(random: Random) -> str:
    share = random.random()
    if share < 0.6:
        return f"{random.choice(_MALAY_FIRST)} {random.choice(_MALAY_LAST)}"
    if share < 0.85:
        return f"{random.choice(_CHINESE_LAST)} {random.choice(_CHINESE_FIRST)}"
    return f"{random.choice(_INDIAN_FIRST)} {random.choice(_INDIAN_LAST)}"
