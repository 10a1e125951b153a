"""What the people behind the numbers do with a message, computed from seed, number and text: nothing is stored."""

import hashlib
import struct
from dataclasses import dataclass
from datetime import timedelta

from hebah.adapters.transports.simulated.instants import span_micros

_WORDS = struct.Struct("<8I")
_WHOLE = 2**32
_ODD = 2654435761

_REPLIES = (
    "Ok, terima kasih",
    "Berapa harga?",
    "Boleh hantar gambar?",
    "Ada stok lagi tak?",
    "Saya berminat",
    "Nanti saya tengok dulu",
    "Boleh cod?",
    "Thanks, noted",
    "How much is it?",
    "Can you call me later?",
    "Where is your shop?",
    "Is this still available?",
)
_OPT_OUTS = ("STOP", "BERHENTI")
_NAMES = (
    "Aisyah",
    "Farid",
    "Siti Hajar",
    "Mei Ling",
    "Kumar",
    "Hafiz",
    "Nurul",
    "Wei Jie",
    "Priya",
    "Zulkifli",
    "Grace",
    "Amirul",
)


@dataclass(frozen=True, slots=True)
class Delay:
    """A span of time drawn evenly between its two ends."""

    shortest: timedelta
    longest: timedelta

    def micros(self, fraction: float) -> int:
        """The delay in microseconds at a fraction between 0 and 1."""
        least = span_micros(self.shortest)
        return least + int((span_micros(self.longest) - least) * fraction)


def seconds(shortest: float, longest: float) -> Delay:
    """A delay between two numbers of seconds."""
    return Delay(timedelta(seconds=shortest), timedelta(seconds=longest))


_CONNECT = seconds(0.05, 0.3)
_ACK = seconds(0.05, 0.4)
_DELIVER = seconds(0.2, 3)
_READ = seconds(2, 120)
_REPLY = seconds(5, 300)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How quickly the network answers and which shares (0 to 1) of the people do what.

    `read` is a share of what was delivered and `reply` a share of what was read, per message; the others are shares of
    the people. Who blocks gets nothing, who opts out answers every message they read with an opt-out word, who is
    absent has no WhatsApp.
    """

    connect: Delay = _CONNECT
    ack: Delay = _ACK
    deliver_after: Delay = _DELIVER
    read_after: Delay = _READ
    reply_after: Delay = _REPLY
    receipts: bool = True
    read: float = 0.0
    reply: float = 0.0
    opts_out: float = 0.0
    blocks: float = 0.0
    absent: float = 0.0

    def __post_init__(self) -> None:
        for share in (self.read, self.reply, self.opts_out, self.blocks, self.absent):
            if not 0 <= share <= 1:
                raise ValueError(f"a share lies between 0 and 1, not at {share}")


QUIET = Behaviour(receipts=False)
RECEIPTS = Behaviour(read=0.7)
LIVELY = Behaviour(read=0.75, reply=0.35, opts_out=0.01, blocks=0.01, absent=0.02)


class Course:
    """What will come of one message, as delays in microseconds; None where a stage never happens."""

    __slots__ = ("ack", "delivered", "read", "reply", "text")

    def __init__(self, ack: int) -> None:
        self.ack = ack
        self.delivered: int | None = None
        self.read: int | None = None
        self.reply: int | None = None
        self.text = ""


class People:
    """Everybody who has a number, as functions of the seed."""

    def __init__(self, behaviour: Behaviour, seed: int) -> None:
        self.behaviour = behaviour
        self._key = seed.to_bytes(16, "little", signed=True)

    def is_absent(self, phone: str) -> bool:
        """Whether nobody with this number uses WhatsApp."""
        share = self.behaviour.absent
        return share > 0 and self._traits(phone)[0] < share * _WHOLE

    def name_of(self, phone: str) -> str:
        """The name a person gave themselves."""
        return _NAMES[self._traits(phone)[7] % len(_NAMES)]

    def connect_delay(self, phone: str) -> int:
        """How long the network takes to welcome a link of this phone, in microseconds."""
        return self.behaviour.connect.micros(self._traits(phone)[3] / _WHOLE)

    def course_of(self, phone: str, body_digest: bytes) -> Course:
        """What this person will do with a text, and when; `body_digest` is the SHA-256 of the text."""
        behaviour = self.behaviour
        traits, text = self._traits(phone), _WORDS.unpack(body_digest)
        course = Course(behaviour.ack.micros(_draw(traits[3], text[3])))
        if not behaviour.receipts or traits[1] < behaviour.blocks * _WHOLE:
            return course
        course.delivered = course.ack + behaviour.deliver_after.micros(_draw(traits[4], text[4]))
        if _draw(traits[5], text[5]) < behaviour.read:
            course.read = course.delivered + behaviour.read_after.micros(_draw(traits[6], text[6]))
            self._answer(course, traits, text)
        return course

    def _answer(self, course: Course, traits: tuple[int, ...], text: tuple[int, ...]) -> None:
        behaviour = self.behaviour
        opts_out = traits[2] < behaviour.opts_out * _WHOLE
        if course.read is None or not (opts_out or _draw(traits[7], text[7]) < behaviour.reply):
            return
        course.reply = course.read + behaviour.reply_after.micros(_draw(traits[0], text[1]))
        choices = _OPT_OUTS if opts_out else _REPLIES
        course.text = choices[int(_draw(traits[1], text[2]) * len(choices))]

    def _traits(self, phone: str) -> tuple[int, ...]:
        return _WORDS.unpack(hashlib.blake2b(phone.encode(), digest_size=32, key=self._key).digest())


def _draw(trait: int, word: int) -> float:
    # The same person must not treat every text alike, so both halves decide.
    mixed = ((trait ^ word) * _ODD) & (_WHOLE - 1)
    return (mixed ^ (mixed >> 15)) / _WHOLE
