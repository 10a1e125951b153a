"""Linked devices that were never linked: thousands of them, for measurements, sharing one set of keys."""

import os
from dataclasses import dataclass

from tests.network.accounts import Account, Device, DeviceKeys, digits
from tests.network.hub import Hub
from tests.network.keys import DJB, KeyPair
from tests.network.protobuf import decode, encode
from tests.network.signal import SignalDevice

_DEVICE = 1
_DEVICE_SIGNATURE = b"\x06\x01"


@dataclass(frozen=True, slots=True)
class PrivateKeys:
    """What a client stores of one linked device: private keys of 32 bytes, and the account's signed identity.

    `account` is a serialised ADVSignedDeviceIdentity with all four fields; `prekeys` were uploaded, ids from 1.
    """

    registration_id: int
    identity: bytes
    noise: bytes
    signed_prekey_id: int
    signed_prekey: bytes
    signed_prekey_signature: bytes
    adv_secret: bytes
    account: bytes
    phone_identity: bytes
    prekeys: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class FabricatedDevice:
    """The names of one device."""

    name: str
    jid: str
    lid: str


@dataclass(frozen=True, slots=True)
class Fabrication:
    """Devices that all have the same keys: a client tells them apart by their names alone."""

    keys: PrivateKeys
    devices: tuple[FabricatedDevice, ...]


def fabricate(hub: Hub, first: str, count: int, prekeys: int) -> Fabrication:
    """Put devices on the network as if each had been linked as device 1 of its account."""
    identity, noise, signed = KeyPair(), KeyPair(), KeyPair()
    one_time = [KeyPair() for _ in range(prekeys)]
    phone = SignalDevice(1)
    start = int(digits(first))
    accounts = [hub.directory.add(str(number)) for number in range(start, start + count)]
    for account in accounts:
        account.use_phone(phone.copy())
    signed_identity = _doubly_signed(accounts[0], identity, hub.now())
    registration_id, signature = 4711, identity.sign(DJB + signed.public)
    public = DeviceKeys(
        identity.public, registration_id.to_bytes(4, "big"), noise.public,
        ((1).to_bytes(3, "big"), signed.public, signature),
    )  # fmt: skip
    uploaded = [(number.to_bytes(3, "big"), key.public) for number, key in enumerate(one_time, start=1)]
    keys = PrivateKeys(
        registration_id, identity.private, noise.private, 1, signed.private, signature, os.urandom(32), signed_identity,
        phone.identity.public, tuple(key.private for key in one_time),
    )  # fmt: skip
    return Fabrication(keys, tuple(_put(each, public, uploaded) for each in accounts))


def _doubly_signed(account: Account, identity: KeyPair, now: int) -> bytes:
    signed = decode(account.sign_device(identity.public, _DEVICE, now))
    details, phone = signed.data(1), signed.data(2)
    signature = identity.sign(_DEVICE_SIGNATURE + details + identity.public + phone)
    return encode({1: details, 2: phone, 3: signed.data(3), 4: signature})


def _put(account: Account, keys: DeviceKeys, prekeys: list[tuple[bytes, bytes]]) -> FabricatedDevice:
    device = Device(account, account.next_device(), keys)
    device.prekeys.extend(prekeys)
    account.devices[device.number] = device
    return FabricatedDevice(device.name, device.address(by_lid=False), device.address(by_lid=True))
