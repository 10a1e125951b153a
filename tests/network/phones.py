"""Scripted phones: they read what devices send them, answer as their people behave, and write to devices."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tests.network import reading
from tests.network.accounts import Account, Device, Letter, Written
from tests.network.bundles import bundle_in, bundle_parts, registration
from tests.network.hub import Hub
from tests.network.messages import device_sent, text
from tests.network.nodes import Jid, Node
from tests.network.protobuf import ProtobufError
from tests.network.reading import Kind
from tests.network.signal import SignalError

_MEDIA = frozenset({Kind.IMAGE, Kind.VIDEO, Kind.VOICE, Kind.AUDIO, Kind.DOCUMENT, Kind.STICKER})
_MOST_RETRIES = 5


@dataclass(frozen=True, slots=True)
class Received:
    """A message that a phone got. `failed` says why it could not be read; `raw` is the innermost waE2E.Message."""

    wire_id: str
    kind: str
    body: str
    at: float
    sender: str
    device: int
    sent_to: str = ""
    raw: bytes = b""
    failed: str = ""
    retry: int = 0
    group: str = ""


# ---- reading


def take(hub: Hub, account: Account, letter: Letter) -> None:
    """A message arrives at a phone."""
    account.letters.append(letter)
    if account.unreadable and not letter.retry:
        account.unreadable -= 1
        letter.failed = "the phone lost its keys"
        account.phone.forget(_signal_name(letter))
        ask_again(hub, account, letter)
    elif account.behaviour.eager:
        unseal(account, letter)
        if letter.failed:
            ask_again(hub, account, letter)


def unseal(account: Account, letter: Letter) -> None:
    """Decrypt a message, as far as that was not tried before."""
    if letter.plain is not None or letter.failed:
        return
    try:
        if letter.kind == "skmsg":
            letter.plain = account.phone.decrypt_group(letter.group, _signal_name(letter), letter.data)
        else:
            letter.plain = account.phone.decrypt(_signal_name(letter), letter.kind, letter.data)
        _take_sender_key(account, letter)
    except (SignalError, ProtobufError) as error:
        letter.failed = str(error)


def _take_sender_key(account: Account, letter: Letter) -> None:
    if letter.group and letter.plain is not None and letter.kind != "skmsg":
        brought = reading.read(letter.plain).distribution
        if brought is not None:
            account.phone.accept_distribution(letter.group, _signal_name(letter), brought[1])


def read_all(account: Account) -> list[Received]:
    """Everything that arrived at a phone, oldest first; keys that were handed out for groups are no messages."""
    read = [read_letter(account, letter) for letter in account.letters]
    return [each for each in read if each.kind != Kind.SENDER_KEY]


def read_letter(account: Account, letter: Letter) -> Received:
    """One message in words."""
    unseal(account, letter)
    facts = Received(
        letter.wire_id, "undecryptable", "", letter.at, letter.account, letter.device, failed=letter.failed,
        retry=letter.retry, group=letter.group,
    )  # fmt: skip
    if letter.plain is None:
        return facts
    try:
        said = reading.read(letter.plain)
    except ProtobufError as error:
        return replace(facts, failed=str(error))
    return replace(facts, kind=str(said.kind), body=said.body, sent_to=said.sent_to, raw=said.raw)


def ask_again(hub: Hub, account: Account, letter: Letter) -> None:
    """The phone could not read a message and asks its sender to say it once more, with fresh keys."""
    sender = hub.directory.get(letter.account).devices.get(letter.device)
    count = letter.retry + 1
    if sender is None or count > _MOST_RETRIES:
        return
    bundle = account.phone.bundle()
    content = [
        Node("retry", {"count": str(count), "id": letter.wire_id, "t": str(int(letter.at)), "v": "1"}),
        registration(bundle),
        Node("keys", {}, bundle_parts(bundle)),
    ]
    named = {"id": letter.wire_id, "type": "retry", "t": str(hub.now())}
    address = account.address(by_lid=letter.sender.server == "lid")
    named |= {"from": Jid(letter.group), "participant": address} if letter.group else {"from": address}
    sender.mailbox.put(Node("receipt", named, content))


def _signal_name(letter: Letter) -> str:
    return f"{letter.account}.{letter.device}"


# ---- behaving


def react(hub: Hub, account: Account, sender: Device, letter: Letter, to: Jid) -> None:
    """What the person does about a message from somebody else's device."""
    behaviour = account.behaviour
    if letter.failed:
        return
    if behaviour.delivers or behaviour.reads or behaviour.reply or behaviour.opt_out:
        hub.later(behaviour.after, lambda: _behave(hub, account, sender, letter.wire_id, to))


def _behave(hub: Hub, account: Account, sender: Device, wire_id: str, to: Jid) -> None:
    behaviour, by_lid = account.behaviour, to.server == "lid"
    if behaviour.delivers:
        send_receipt(hub, account, sender.account, (wire_id,), "", by_lid=by_lid)
    if behaviour.reads:
        send_receipt(hub, account, sender.account, (wire_id,), "read", by_lid=by_lid)
    words = behaviour.reply
    if behaviour.opt_out and sender.account.number not in account.answered:
        account.answered.add(sender.account.number)
        words = behaviour.opt_out
    if words:
        write(hub, account, sender.account, text(words), Style(by_lid=by_lid))


def send_receipt(
    hub: Hub, account: Account, to: Account, wire_ids: tuple[str, ...], kind: str, *, by_lid: bool, recipient: str = ""
) -> None:
    """Tell somebody's devices how far their messages have come; kind is empty (delivered), read or played.

    With a recipient it is the owner of the devices who read that chat.
    """
    hub.counts[f"receipts_{kind or 'delivered'}"] += len(wire_ids)
    sender = account.address(by_lid=by_lid)
    items = [Node("item", {"id": wire_id}) for wire_id in wire_ids[1:]]
    content: list[Node] | None = [Node("list", {}, items)] if items else None
    for device in to.devices.values():
        named = {"from": sender, "id": wire_ids[0], "t": str(hub.now()), "type": kind, "recipient": recipient}
        device.mailbox.put(Node("receipt", named, content))


# ---- writing


@dataclass(frozen=True, slots=True)
class Style:
    """How a phone writes: under its LID or its number, saying the other one too or not, and broken on purpose.

    `at` 0 is now; without a wire id the phone makes one.
    """

    by_lid: bool = True
    alone: bool = False
    wire_id: str = ""
    at: float = 0.0
    spoiled: bool = False


def write(hub: Hub, sender: Account, to: Account, message: bytes, style: Style) -> str:
    """A person's phone writes to somebody: to each linked device, and to the phone; the message's id."""
    wire_id, at = style.wire_id or hub.wire_id(), style.at or hub.stamp()
    if sender.number not in to.chats:
        _trust(hub, sender, to)
    sender.chats.add(to.number)
    to.chats.add(sender.number)
    attrs = {
        "from": sender.address(by_lid=style.by_lid), "id": wire_id, "t": str(int(at)), "notify": sender.name,
        **_alias(sender, style), **stanza_facts(message),
    }  # fmt: skip
    _post(hub, sender, to.devices.values(), Written(message, attrs), style)
    to.letters.append(Letter(sender.number, 0, wire_id, at, sender.address(by_lid=style.by_lid), plain=message))
    return wire_id


def _trust(hub: Hub, sender: Account, to: Account) -> None:
    """Who writes to somebody for the first time gives them a token for writing back."""
    token = Node("token", {"t": str(hub.now()), "type": "trusted_contact", "jid": to.pn}, sender.number.encode())
    for device in to.devices.values():
        hub.notify(device, "privacy_token", [Node("tokens", {}, [token])], sender.pn, sender_lid=sender.lid)


def write_own(hub: Hub, phone: Account, to: Account, message: bytes, style: Style) -> str:
    """Somebody types a message on a phone that has linked devices: they get a copy, the other side gets it."""
    wire_id, at = style.wire_id or hub.wire_id(), style.at or hub.stamp()
    chat = to.address(by_lid=style.by_lid)
    copy = device_sent(chat, message)
    other = to.address(by_lid=not style.by_lid)
    attrs = {
        "from": phone.address(by_lid=style.by_lid), "recipient": chat, "id": wire_id, "t": str(int(at)),
        "notify": phone.name, ("peer_recipient_pn" if style.by_lid else "peer_recipient_lid"): other,
        **stanza_facts(message),
    }  # fmt: skip
    _post(hub, phone, phone.devices.values(), Written(copy, attrs), style)
    return write(hub, phone, to, message, replace(style, wire_id=wire_id, at=at))


def write_peer(hub: Hub, phone: Account, device: Device, message: bytes) -> str:
    """The phone tells its own linked device something that is no chat message."""
    wire_id = hub.wire_id()
    attrs = {
        "from": phone.pn, "id": wire_id, "t": str(hub.now()), "type": "text", "category": "peer",
        "notify": phone.name,
    }  # fmt: skip
    _post(hub, phone, [device], Written(message, attrs), Style())
    return wire_id


def _alias(sender: Account, style: Style) -> dict[str, str]:
    if not sender.lid.user or style.alone:
        return {}
    return {"sender_pn": sender.pn} if style.by_lid else {"sender_lid": sender.lid}


def stanza_facts(message: bytes) -> dict[str, str]:
    """What a message's stanza says about it in the open: its type, and whether it changes another one."""
    kind = reading.read(message).kind
    if kind is Kind.REACTION:
        return {"type": "reaction"}
    if kind is Kind.POLL:
        return {"type": "poll"}
    edits = {Kind.EDIT: "1", Kind.DELETION: "7"}
    return {"type": "media" if kind in _MEDIA else "text", "edit": edits.get(kind, "")}


def _post(hub: Hub, phone: Account, devices: Iterable[Device], written: Written, style: Style) -> None:
    phone.remember(written.attrs["id"], written)
    for device in devices:
        kind, data = seal(phone, device, written.plain)
        if style.spoiled:
            data = data[:-1] + bytes((data[-1] ^ 1,))
        deliver(hub, device, Node("message", dict(written.attrs), [Node("enc", {"v": "2", "type": kind}, data)]))


def seal(phone: Account, device: Device, plain: bytes) -> tuple[str, bytes]:
    """A ciphertext for a device, with a session that is begun if there is none."""
    if not phone.phone.has_session(device.signal_name):
        phone.phone.start(device.signal_name, device.bundle())
    return phone.phone.encrypt(device.signal_name, plain)


def deliver(hub: Hub, device: Device, node: Node) -> None:
    """A message for a device; twice when the network is told to stutter."""
    device.mailbox.put(node)
    if device.knobs.duplicate and device.wire is not None:
        device.knobs.duplicate -= 1
        hub.counts["duplicated"] += 1
        device.wire.send(node)


def say_again(hub: Hub, phone: Account, device: Device, node: Node) -> None:
    """A device could not read a message of this phone and asked for it again."""
    retry = node.child("retry")
    wire_id, count = node.get("id"), retry.get("count", "1") if retry else "1"
    written = phone.written.get(wire_id)
    if written is None:
        hub.counts["retries_in_vain"] += 1
        return
    phone.phone.start(device.signal_name, bundle_in(node) or device.bundle())
    kind, data = phone.phone.encrypt(device.signal_name, written.plain)
    sealed = Node("enc", {"v": "2", "type": kind, "count": count}, data)
    deliver(hub, device, Node("message", dict(written.attrs), [sealed]))
