"""Linking a slot to a simulated phone: pictures to scan, codes to type, and their expiry."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from hebah.adapters.transports.simulated.instants import from_micros, span_micros, to_micros
from hebah.adapters.transports.simulated.phones import (
    MOST_LINKS_PER_PHONE,
    Phones,
    ScanOutcome,
    SimulatedPhone,
    Standing,
    lid_of,
)
from hebah.adapters.transports.simulated.slots import Slot, Slots
from hebah.adapters.transports.simulated.timers import Timers
from hebah.foundation.clock import Clock
from hebah.gateway.transport import (
    ByCode,
    ByQr,
    CodeShown,
    DeviceRef,
    Identity,
    Linked,
    LinkFailed,
    LinkMethod,
    LinkStep,
    QrShown,
)

QR_PREFIX = "hebah-sim:"
QR_LIFE = timedelta(seconds=20)
QR_REFRESHES = 5
CODE_LIFE = timedelta(seconds=160)
# Without the letters and digits that people confuse.
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ123456789"


class _Linking:
    __slots__ = ("device", "method", "secret", "shown", "told")

    def __init__(self, device: DeviceRef, method: LinkMethod, told: Callable[[LinkStep], None]) -> None:
        self.device = device
        self.method = method
        self.told = told
        self.secret = ""
        self.shown = 0


class Linkings:
    """The linkings under way, at most one per slot."""

    def __init__(self, clock: Clock, timers: Timers, phones: Phones, slots: Slots, random: Random) -> None:
        self._clock = clock
        self._timers = timers
        self._phones = phones
        self._slots = slots
        self._random = random
        self._by_device: dict[DeviceRef, _Linking] = {}
        self._by_secret: dict[str, _Linking] = {}

    def start(self, device: DeviceRef, method: LinkMethod, told: Callable[[LinkStep], None]) -> Callable[[], None]:
        """Begin; every step is told. Returns how to cancel, which tells nothing more."""
        slot = self._slots.get(device)
        if slot is not None and slot.phone is not None:
            told(LinkFailed("already_linked"))
            return _nothing
        if (former := self._by_device.get(device)) is not None:
            self._fail(former, "cancelled")
        linking = _Linking(device, method, told)
        self._by_device[device] = linking
        self._show(linking)
        return lambda: self._end(linking)

    def scan(self, qr_text: str, number: str) -> ScanOutcome:
        """A phone scans a picture that we show."""
        linking = self._by_secret.get(qr_text.removeprefix(QR_PREFIX))
        if linking is None or not isinstance(linking.method, ByQr):
            return ScanOutcome.NO_SUCH_CODE
        return self._complete(linking, number)

    def type_code(self, code: str, number: str) -> ScanOutcome:
        """The owner of a phone types a code that we show."""
        linking = self._by_secret.get(code.replace("-", "").upper())
        if linking is None or not isinstance(linking.method, ByCode):
            return ScanOutcome.NO_SUCH_CODE
        if linking.method.phone != number:
            return ScanOutcome.WRONG_PHONE
        return self._complete(linking, number)

    def _show(self, linking: _Linking) -> None:
        self._by_secret.pop(linking.secret, None)
        linking.shown += 1
        by_qr = isinstance(linking.method, ByQr)
        expires = to_micros(self._clock.now()) + span_micros(QR_LIFE if by_qr else CODE_LIFE)
        linking.secret = f"{self._random.getrandbits(128):032x}" if by_qr else self._draw_code()
        self._by_secret[linking.secret] = linking
        self._timers.at(expires, self._expire, (linking, linking.secret))
        if by_qr:
            linking.told(QrShown(QR_PREFIX + linking.secret, from_micros(expires)))
        else:
            linking.told(CodeShown(linking.secret, from_micros(expires)))

    def _draw_code(self) -> str:
        while True:
            code = "".join(self._random.choices(_CODE_LETTERS, k=8))
            if code not in self._by_secret:
                return code

    def _expire(self, expired: tuple[_Linking, str]) -> None:
        linking, secret = expired
        if self._by_secret.get(secret) is not linking:
            return
        if isinstance(linking.method, ByQr) and linking.shown <= QR_REFRESHES:
            self._show(linking)
        else:
            self._fail(linking, "qr_timeout")

    def _complete(self, linking: _Linking, number: str) -> ScanOutcome:
        phone = self._phones.get_or_make(number)
        if phone.standing is Standing.BANNED:
            self._fail(linking, "refused")
            return ScanOutcome.BANNED
        if len(phone.links) >= MOST_LINKS_PER_PHONE:
            self._fail(linking, "refused")
            return ScanOutcome.TOO_MANY_LINKS
        self._bind(self._slots.get_or_make(linking.device), phone)
        self._end(linking)
        linking.told(Linked(identity_of(phone)))
        return ScanOutcome.LINKED

    def _bind(self, slot: Slot, phone: SimulatedPhone) -> None:
        slot.phone = phone
        slot.was_logged_out = False
        slot.empty()
        self._phones.add_link(phone, slot.ref)

    def _fail(self, linking: _Linking, code: str) -> None:
        self._end(linking)
        linking.told(LinkFailed(code))

    def _end(self, linking: _Linking) -> None:
        if self._by_secret.get(linking.secret) is linking:
            del self._by_secret[linking.secret]
        if self._by_device.get(linking.device) is linking:
            del self._by_device[linking.device]


def identity_of(phone: SimulatedPhone) -> Identity:
    """Who a linked phone is; the opaque identity follows from the number."""
    return Identity(phone=phone.number, lid=lid_of(phone.number), push_name=phone.name)


def _nothing() -> None:
    """Nothing to cancel."""
