"""Trouble on command or by rate: refusals, lost and late answers, broken links, events that come twice."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random

# Longer than a transport waits for an answer (20 s), or it would not be late.
LATE = timedelta(seconds=30)


class SendTrouble(StrEnum):
    """What goes wrong with one send."""

    REFUSE = "refuse"
    DROP_ACK = "drop_ack"
    LATE_ACK = "late_ack"
    SWALLOW = "swallow"
    CUT = "cut"
    ECHO = "echo"


@dataclass(frozen=True, slots=True)
class SendFault:
    """What befalls one send."""

    trouble: SendTrouble
    code: str = ""
    after: timedelta = LATE

    @staticmethod
    def refuse(code: str = "rejected") -> "SendFault":
        """The network says no with this code; nothing goes out."""
        return SendFault(SendTrouble.REFUSE, code)

    @staticmethod
    def drop_ack() -> "SendFault":
        """The message goes out, the answer is lost."""
        return SendFault(SendTrouble.DROP_ACK)

    @staticmethod
    def late_ack(after: timedelta = LATE) -> "SendFault":
        """The message goes out, the answer comes as an `accepted` receipt after this time."""
        return SendFault(SendTrouble.LATE_ACK, after=after)

    @staticmethod
    def swallow() -> "SendFault":
        """Nothing is written."""
        return SendFault(SendTrouble.SWALLOW)

    @staticmethod
    def cut() -> "SendFault":
        """The message goes out, then the link breaks before the answer."""
        return SendFault(SendTrouble.CUT)

    @staticmethod
    def echo(after: timedelta = LATE) -> "SendFault":
        """The message goes out, the answer is lost, and the message itself comes back as our own after this time."""
        return SendFault(SendTrouble.ECHO, after=after)


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares (0 to 1) of all sends that go wrong in each way, and of durable events that come twice."""

    refuse: float = 0.0
    refuse_code: str = "rejected"
    drop_ack: float = 0.0
    late_ack: float = 0.0
    late_after: timedelta = LATE
    swallow: float = 0.0
    cut: float = 0.0
    duplicate: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.refuse, self.drop_ack, self.late_ack, self.swallow, self.cut)
        if min(shares) < 0 or sum(shares) > 1 or not 0 <= self.duplicate <= 1:
            raise ValueError("the shares of faulty sends lie between 0 and 1 and sum up to at most 1")

    def draw(self, random: Random) -> SendFault | None:
        """The fault of the next send, if any."""
        if not (self.refuse or self.drop_ack or self.late_ack or self.swallow or self.cut):
            return None
        left = random.random()
        for share, fault in self._table():
            if left < share:
                return fault
            left -= share
        return None

    def _table(self) -> tuple[tuple[float, SendFault], ...]:
        return (
            (self.refuse, SendFault.refuse(self.refuse_code)),
            (self.drop_ack, SendFault.drop_ack()),
            (self.late_ack, SendFault.late_ack(self.late_after)),
            (self.swallow, SendFault.swallow()),
            (self.cut, SendFault.cut()),
        )


NO_FAULTS = Faults()
