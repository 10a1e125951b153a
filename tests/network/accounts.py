"""Who is on the network: accounts with their phones, the devices linked to them, and how scripted people behave."""

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.network.appstate import AppState
from tests.network.historysync import Conversation
from tests.network.mailbox import Mailbox, Wire
from tests.network.nodes import Jid, Node
from tests.network.protobuf import encode
from tests.network.signal import Bundle, SignalDevice

PHONE_SERVER, LID_SERVER = "s.whatsapp.net", "lid"
_PREKEYS = 4
_REMEMBERED = 1000
_KEY_LIST, _IDENTITY = b"\x06\x02", b"\x06\x00"


class UnknownName(LookupError):
    """There is no such account or device on the network."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a scripted person does with a message, `after` so many seconds: `reply` to each, `opt_out` to the first.

    With `eager` the phone decrypts at once and asks again for what it cannot read, as real phones do; else it decrypts
    when somebody looks, which costs a benchmark nothing.
    """

    delivers: bool = True
    reads: bool = False
    reply: str = ""
    opt_out: str = ""
    after: float = 0.0
    eager: bool = False


@dataclass(slots=True)
class Knobs:
    """What is wrong with one device's connection."""

    swallow: int = 0
    ack_delay: float = 0.0
    refuse: deque[int] = field(default_factory=deque)
    held: list[Node] | None = None
    lose: int = 0
    silent: bool = False
    duplicate: int = 0
    cut: bool = False
    queries: dict[str, deque[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the server turns logins away: the attributes of <failure>, and how often (0: until it is lifted)."""

    attrs: dict[str, str]
    times: int = 0


@dataclass(slots=True)
class Letter:
    """A message that arrived at a phone, still sealed unless `plain` is there; `failed` says why it does not open."""

    account: str
    device: int
    wire_id: str
    at: float
    sender: Jid
    kind: str = ""
    data: bytes = b""
    plain: bytes | None = None
    failed: str = ""
    retry: int = 0
    group: str = ""


class Account:
    """A WhatsApp user: a number, a LID, a phone with its Signal device, linked devices, and what arrived."""

    def __init__(self, number: str, name: str = "", *, lid: bool = True) -> None:
        self.number = number
        self.name = name
        self.pn = Jid(f"{number}@{PHONE_SERVER}")
        self.lid = Jid(f"{lid_of(number)}@{LID_SERVER}") if lid else Jid("@")
        self.behaviour = Behaviour()
        self.devices: dict[int, Device] = {}
        self.letters: list[Letter] = []
        self.written: OrderedDict[str, Written] = OrderedDict()
        self.chats: set[str] = set()
        self.failure: Failure | None = None
        self.restricted_until: int | None = None
        self.passkey = False
        self.unreadable = 0
        self.answered: set[str] = set()
        self.history: Sequence[Conversation] = ()
        self.lost_files: dict[str, str] = {}
        self._next_device = 1
        self._app_state: AppState | None = None
        self._phone: SignalDevice | None = None

    @property
    def phone(self) -> SignalDevice:
        """The phone's keys and sessions, made when first needed."""
        if self._phone is None:
            self._phone = SignalDevice(_PREKEYS)
        return self._phone

    @property
    def app_state(self) -> AppState:
        """What the phone keeps of its chats, made when first needed."""
        if self._app_state is None:
            self._app_state = AppState()
        return self._app_state

    def use_phone(self, phone: SignalDevice) -> None:
        """Give the account this phone, such as one that shares its keys with thousands."""
        self._phone = phone

    def address(self, *, by_lid: bool) -> Jid:
        """The account's name in either addressing; by phone when it has no LID."""
        return self.lid if by_lid and self.lid.user else self.pn

    def next_device(self) -> int:
        """The number of the next device that is linked."""
        taken, self._next_device = self._next_device, self._next_device + 1
        return taken

    def key_index_list(self, now: int) -> bytes:
        """The phone's signed list of linked devices."""
        details = encode({1: 1, 2: now, 3: max(self.devices, default=0), 4: bytes(sorted(self.devices)) or None})
        identity = self.phone.identity
        return encode({1: details, 2: identity.sign(_KEY_LIST + details), 3: identity.public})

    def sign_device(self, identity: bytes, device: int, now: int) -> bytes:
        """The phone's word that this identity is its linked device: a signed device identity."""
        details = encode({1: 1, 2: now, 3: device, 4: 0, 5: 0})
        signature = self.phone.identity.sign(_IDENTITY + details + identity)
        return encode({1: details, 2: self.phone.identity.public, 3: signature})

    def remember(self, wire_id: str, written: "Written") -> None:
        """Keep what the phone wrote, for devices that could not read it."""
        self.written[wire_id] = written
        while len(self.written) > _REMEMBERED:
            self.written.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Written:
    """Something a phone wrote: the plaintext, and how its stanza looked apart from the sealed part."""

    plain: bytes
    attrs: dict[str, str]


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """The public keys of a linked device as they travel: ids of 3 bytes, a registration id of 4."""

    identity: bytes
    registration: bytes
    noise: bytes
    signed: tuple[bytes, bytes, bytes]


class Device:
    """A device linked to an account; 0 would be the phone."""

    def __init__(self, account: Account, number: int, keys: DeviceKeys) -> None:
        self.account = account
        self.number = number
        self.keys = keys
        self.name = f"{account.number}:{number}"
        # What a phone calls this device in its sessions, whichever address the stanza bears.
        self.signal_name = f"{account.number}.{number}"
        self.signed = keys.signed
        self.prekeys: deque[tuple[bytes, bytes]] = deque()
        self.mailbox = Mailbox()
        self.knobs = Knobs()
        self.wire: Wire | None = None
        self.logins = 0
        self.has_keys = False  # of the app state
        self.synced: set[str] = set()  # collections of it that the device has asked for

    def address(self, *, by_lid: bool) -> Jid:
        """The device's name in either addressing."""
        return self.account.address(by_lid=by_lid).with_device(self.number)

    def bundle(self) -> Bundle:
        """What somebody needs to write to the device; a one-time prekey is used up, as long as there are any."""
        key_id, key = self.prekeys.popleft() if self.prekeys else (b"", b"")
        signed_id, signed_key, signature = self.signed
        return Bundle(
            registration_id=int.from_bytes(self.keys.registration, "big"),
            identity=self.keys.identity,
            signed_id=int.from_bytes(signed_id, "big"),
            signed_key=signed_key,
            signature=signature,
            prekey_id=int.from_bytes(key_id, "big") if key else None,
            prekey=key,
        )


class Directory:
    """Every account by its number and by its LID. Numbers in a registered range exist without being made."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._ranges: list[tuple[range, Behaviour, SignalDevice]] = []

    def __iter__(self) -> Iterator[Account]:
        return iter(self._accounts.values())

    def add(self, number: str, name: str = "", *, lid: bool = True) -> Account:
        """The account of a number, made if there is none."""
        number = digits(number)
        known = self.find(number)
        if known is None:
            known = self._accounts[number] = Account(number, name, lid=lid)
        known.name = name or known.name
        return known

    def add_range(self, first: str, count: int, behaviour: Behaviour) -> None:
        """People of consecutive numbers; their phones share one set of keys, so that they cost nothing."""
        start = int(digits(first))
        self._ranges.append((range(start, start + count), behaviour, SignalDevice(1)))

    def find(self, user: str) -> Account | None:
        """The account with this number or LID."""
        number = number_of_lid(user)
        known = self._accounts.get(number) or self._accounts.get(user)
        if known is None and self._ranges and number.isdigit():
            return self._from_range(number)
        return known

    def by_jid(self, jid: Jid) -> Account | None:
        """The account behind an address."""
        if jid.server == PHONE_SERVER:
            return self.find(jid.user) if not _is_lid(jid.user) else None
        return self.find(jid.user) if jid.server == LID_SERVER and _is_lid(jid.user) else None

    def get(self, number: str) -> Account:
        """The account of a number; UnknownName when there is none."""
        known = self.find(digits(number))
        if known is None:
            raise UnknownName(f"{number} is not on the network")
        return known

    def device(self, name: str) -> Device:
        """A device by `number:device`, or by its number alone when the account has one device."""
        number, _, device = name.partition(":")
        account = self.get(number)
        if not device and len(account.devices) == 1:
            return next(iter(account.devices.values()))
        if not device.isdigit() or int(device) not in account.devices:
            raise UnknownName(f"{name} is no linked device")
        return account.devices[int(device)]

    def _from_range(self, number: str) -> Account | None:
        for numbers, behaviour, template in self._ranges:
            if int(number) in numbers:
                account = self._accounts[number] = Account(number)
                account.behaviour = behaviour
                account.use_phone(template.copy())
                return account
        return None


def digits(number: str) -> str:
    """A number without its plus sign."""
    return number.removeprefix("+")


_LID_PREFIX, _LID_SIZE = "7", 14


def lid_of(number: str) -> str:
    """The LID of a number: one can be told from the other, as it is easier to read in a log."""
    return f"{_LID_PREFIX}{number:0>{_LID_SIZE}}"


def _is_lid(user: str) -> bool:
    return len(user) == _LID_SIZE + 1 and user.startswith(_LID_PREFIX)


def number_of_lid(user: str) -> str:
    """The number of a LID; anything else stays as it is."""
    return user[1:].lstrip("0") if _is_lid(user) else user
