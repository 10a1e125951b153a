"""Signal sessions: between our own devices, and with what the real library wrote."""

import pickle
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network.keys import KeyPair
from tests.network.ratchet import Chain, SessionState, SignalMessage
from tests.network.signal import (
    Bundle,
    Duplicate,
    Malformed,
    NoSession,
    SignalDevice,
    SignalError,
    Undecryptable,
    pad,
    unpad,
)
from tests.unit.network.vectors import load

VECTORS = load("vectors")
Sealed = tuple[str, bytes]


def linked() -> tuple[SignalDevice, SignalDevice]:
    """Two devices, `ali` having started."""
    ali, siti = SignalDevice(prekeys=3), SignalDevice(prekeys=3)
    ali.start("siti", siti.bundle())
    return ali, siti


def talked() -> tuple[SignalDevice, SignalDevice]:
    ali, siti = linked()
    siti.decrypt("ali", *ali.encrypt("siti", b"hello"))
    ali.decrypt("siti", *siti.encrypt("ali", b"hi"))
    return ali, siti


def known_device() -> SignalDevice:
    facts = VECTORS["first_messages"]
    device = SignalDevice(prekeys=0, identity=KeyPair(bytes.fromhex(facts["identity"])))
    device.signed_id, device.signed_key = facts["signed_id"], KeyPair(bytes.fromhex(facts["signed"]))
    device.prekeys[facts["prekey_id"]] = KeyPair(bytes.fromhex(facts["prekey"]))
    return device


# ---- with the library


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2)])
def test_first_messages_of_the_library_open_in_any_order(order: tuple[int, ...]) -> None:
    device = known_device()
    messages = VECTORS["first_messages"]["messages"]
    for number in order:
        sealed = messages[number]
        assert device.decrypt("go", sealed["kind"], bytes.fromhex(sealed["data"])) == b"first %d" % number
    assert device.sessions["go"][0].remote_registration == VECTORS["first_messages"]["registration_id"]
    assert device.encrypt("go", b"answer")[0] == "msg"


def test_a_first_message_without_a_one_time_prekey_opens() -> None:
    sealed = VECTORS["first_messages"]["without_prekey"]
    assert known_device().decrypt("go", sealed["kind"], bytes.fromhex(sealed["data"])) == b"no prekey"


def test_the_ratchet_turns_and_writes_as_in_the_library() -> None:
    facts = VECTORS["ratchet"]
    state, identity = facts["state"], KeyPair(bytes.fromhex(facts["identity"])).public
    session = SessionState(
        remote_identity=bytes.fromhex(state["remote"]),
        base=b"",
        root=bytes.fromhex(state["root"]),
        own=KeyPair(bytes.fromhex(state["own"])),
        sending=Chain(bytes.fromhex(state["chain"]), state["next"]),
        previous=state["previous"],
    )
    for sent in facts["sent"]:
        assert session.encrypt(identity, bytes.fromhex(sent["plain"])).hex() == sent["data"]
    received = facts["received"]
    for index in (2, 0, 4, 3, 1):
        message = SignalMessage.parse(bytes.fromhex(received[index]["data"]))
        assert session.decrypt(identity, message).hex() == received[index]["plain"]
    assert not session.skipped


# ---- among ourselves


@given(
    st.lists(st.tuples(st.sampled_from(["ali", "siti"]), st.booleans(), st.integers(0, 5)), max_size=60), st.booleans()
)
@settings(max_examples=60)
def test_whatever_is_delayed_or_overtaken_everything_opens_once(steps: list[tuple[str, bool, int]], both: bool) -> None:
    """Each step one of the two writes, or reads one of the waiting messages; both may have started at once."""
    ali, siti = linked()
    if both:
        siti.start("ali", ali.bundle(one_time=False))
    devices, others = {"ali": ali, "siti": siti}, {"ali": "siti", "siti": "ali"}
    waiting: dict[str, list[tuple[Sealed, bytes]]] = {"ali": [], "siti": []}
    for number, (who, writes, place) in enumerate(steps):
        other = others[who]
        if writes and devices[who].has_session(other):
            body = b"message %d" % number
            waiting[other].append((devices[who].encrypt(other, body), body))
        elif waiting[who]:
            sealed, body = waiting[who].pop(place % len(waiting[who]))
            assert devices[who].decrypt(other, *sealed) == body
            with pytest.raises(SignalError):
                devices[who].decrypt(other, *sealed)


@given(st.binary(min_size=0, max_size=500))
def test_any_content_comes_back(content: bytes) -> None:
    ali, siti = linked()
    assert siti.decrypt("ali", *ali.encrypt("siti", content)) == content


def test_first_messages_are_marked_until_an_answer_came() -> None:
    ali, siti = linked()
    assert [ali.encrypt("siti", b"a")[0], ali.encrypt("siti", b"b")[0]] == ["pkmsg", "pkmsg"]
    siti.decrypt("ali", *ali.encrypt("siti", b"c"))
    answer = siti.encrypt("ali", b"d")
    assert answer[0] == "msg"
    ali.decrypt("siti", *answer)
    assert ali.encrypt("siti", b"e")[0] == "msg"


def test_reading_a_message_twice_is_a_duplicate() -> None:
    ali, siti = talked()
    sealed = ali.encrypt("siti", b"once")
    siti.decrypt("ali", *sealed)
    with pytest.raises(Duplicate):
        siti.decrypt("ali", *sealed)


@given(st.integers(0, 10_000), st.integers(1, 255))
@settings(max_examples=60)
def test_a_forged_message_changes_nothing(place: int, change: int) -> None:
    ali, siti = talked()
    kind, sealed = ali.encrypt("siti", b"genuine")
    forged = bytearray(sealed)
    forged[place % len(forged)] ^= change
    with pytest.raises(SignalError):
        siti.decrypt("ali", kind, bytes(forged))
    assert siti.decrypt("ali", kind, sealed) == b"genuine"


@given(st.sampled_from(["pkmsg", "msg", "other"]), st.binary(max_size=200))
def test_any_bytes_are_refused(kind: str, data: bytes) -> None:
    _, siti = talked()
    with pytest.raises(SignalError):
        siti.decrypt("ali", kind, data)


def test_nobody_reads_without_a_session() -> None:
    ali, siti = talked()
    siti.forget("ali")
    assert not siti.has_session("ali")
    with pytest.raises(NoSession):
        siti.decrypt("ali", *ali.encrypt("siti", b"lost"))
    with pytest.raises(NoSession):
        siti.encrypt("ali", b"nothing")


def test_a_message_far_in_the_future_is_refused_at_once() -> None:
    ali, siti = talked()
    sealed = [ali.encrypt("siti", b"x") for _ in range(2_002)]
    with pytest.raises(Undecryptable):
        siti.decrypt("ali", *sealed[-1])
    assert siti.decrypt("ali", *sealed[1_999]) == b"x"


def test_installed_anew_a_device_reads_nothing_for_its_former_self() -> None:
    ali, siti = talked()
    before = siti.identity.public
    siti.change_identity()
    assert siti.identity.public != before
    with pytest.raises(NoSession):
        siti.decrypt("ali", *ali.encrypt("siti", b"to the old one"))
    ali.start("siti", siti.bundle())
    assert siti.decrypt("ali", *ali.encrypt("siti", b"to the new one")) == b"to the new one"


def test_a_first_message_for_other_keys_is_undecryptable() -> None:
    ali, siti = linked()
    sealed = ali.encrypt("siti", b"x")
    siti.change_identity()
    with pytest.raises(Undecryptable):
        siti.decrypt("ali", *sealed)
    del siti.prekeys[1]
    with pytest.raises(Undecryptable):
        siti.decrypt("ali", *sealed)


def test_a_bundle_that_its_identity_did_not_sign_is_refused() -> None:
    good = SignalDevice(prekeys=1).bundle()
    swapped = Bundle(1, KeyPair().public, good.signed_id, good.signed_key, good.signature)
    with pytest.raises(SignalError):
        SignalDevice(prekeys=1).start("siti", swapped)


def test_prekeys_go_round_and_none_is_given_when_there_are_none() -> None:
    device = SignalDevice(prekeys=2)
    assert [device.take_prekey()[0] for _ in range(3)] == [1, 2, 1]
    assert SignalDevice(prekeys=0).bundle().prekey_id is None
    assert device.bundle(one_time=False).prekey == b""


@pytest.mark.parametrize("copied", [SignalDevice.copy, lambda device: pickle.loads(pickle.dumps(device))])
def test_a_copy_goes_on_by_itself(copied: Callable[[SignalDevice], SignalDevice]) -> None:
    ali, siti = talked()
    late, sealed = ali.encrypt("siti", b"late"), ali.encrypt("siti", b"both")
    siti.decrypt("ali", *sealed)
    twin = copied(siti)
    again = ali.encrypt("siti", b"again")
    for device in (siti, twin):
        assert device.decrypt("ali", *again) == b"again"
        assert device.decrypt("ali", *late) == b"late"
    twin.encrypt("ali", b"of the twin")
    assert ali.decrypt("siti", *siti.encrypt("ali", b"of the first")) == b"of the first"
    del twin.prekeys[1]
    assert 1 in siti.prekeys


@given(st.binary(max_size=100))
def test_padding_comes_off(content: bytes) -> None:
    padded = pad(content)
    assert 1 <= len(padded) - len(content) <= 15
    assert unpad(padded) == content


@pytest.mark.parametrize("padded", [b"", b"abc\0", b"ab\x03\x02"])
def test_wrong_padding_is_refused(padded: bytes) -> None:
    with pytest.raises(Malformed):
        unpad(padded)


# ---- groups


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 3, 1, 0)])
def test_group_messages_of_the_library_open_in_any_order(order: tuple[int, ...]) -> None:
    device, facts = SignalDevice(prekeys=0), VECTORS["group"]
    device.accept_distribution("group", "go", bytes.fromhex(facts["distribution"]))
    for number in order:
        assert device.decrypt_group("group", "go", bytes.fromhex(facts["messages"][number])) == b"group %d" % number


def in_group() -> tuple[SignalDevice, SignalDevice]:
    ali, siti = SignalDevice(prekeys=0), SignalDevice(prekeys=0)
    siti.accept_distribution("group", "ali", ali.distribution("group"))
    return ali, siti


@given(st.permutations(range(6)), st.binary(max_size=100))
@settings(max_examples=25)
def test_group_messages_open_once_in_any_order(order: list[int], content: bytes) -> None:
    ali, siti = in_group()
    sealed = [ali.encrypt_group("group", content + bytes((number,))) for number in range(6)]
    for number in order:
        assert siti.decrypt_group("group", "ali", sealed[number]) == content + bytes((number,))
        with pytest.raises(Duplicate):
            siti.decrypt_group("group", "ali", sealed[number])


def test_who_joins_later_reads_from_there_on() -> None:
    ali, siti = in_group()
    early = ali.encrypt_group("group", b"early")
    aminah = SignalDevice(prekeys=0)
    aminah.accept_distribution("group", "ali", ali.distribution("group"))
    with pytest.raises(Duplicate):
        aminah.decrypt_group("group", "ali", early)
    late = ali.encrypt_group("group", b"late")
    assert aminah.decrypt_group("group", "ali", late) == siti.decrypt_group("group", "ali", late) == b"late"


def test_a_renewed_sender_key_is_needed_and_old_messages_still_open() -> None:
    ali, siti = in_group()
    old = ali.encrypt_group("group", b"old")
    ali.renew_sender_key("group")
    with pytest.raises(NoSession):
        ali.encrypt_group("group", b"not handed out")
    distribution = ali.distribution("group")
    sealed = ali.encrypt_group("group", b"renewed")
    with pytest.raises(NoSession):
        siti.decrypt_group("group", "ali", sealed)
    siti.accept_distribution("group", "ali", distribution)
    assert siti.decrypt_group("group", "ali", sealed) == b"renewed"
    assert siti.decrypt_group("group", "ali", old) == b"old"


def test_a_distribution_that_comes_again_does_not_turn_the_chain_back() -> None:
    ali, siti = in_group()
    distribution = ali.distribution("group")
    sealed = ali.encrypt_group("group", b"x")
    siti.decrypt_group("group", "ali", sealed)
    siti.accept_distribution("group", "ali", distribution)
    with pytest.raises(Duplicate):
        siti.decrypt_group("group", "ali", sealed)


@given(st.integers(0, 10_000), st.integers(1, 255))
@settings(max_examples=30)
def test_a_forged_group_message_changes_nothing(place: int, change: int) -> None:
    ali, siti = in_group()
    sealed = ali.encrypt_group("group", b"genuine")
    forged = bytearray(sealed)
    forged[place % len(forged)] ^= change
    with pytest.raises(SignalError):
        siti.decrypt_group("group", "ali", bytes(forged))
    assert siti.decrypt_group("group", "ali", sealed) == b"genuine"


@given(st.binary(max_size=150))
def test_any_group_bytes_are_refused(data: bytes) -> None:
    _, siti = in_group()
    with pytest.raises(SignalError):
        siti.decrypt_group("group", "ali", data)
    with pytest.raises(SignalError):
        siti.accept_distribution("group", "siti", data)
    with pytest.raises(NoSession):
        siti.decrypt_group("group", "nobody", data)


def test_copies_of_group_members_go_on_by_themselves() -> None:
    ali, siti = in_group()
    ali_twin, siti_twin = ali.copy(), siti.copy()
    sealed = ali.encrypt_group("group", b"x")
    assert siti.decrypt_group("group", "ali", sealed) == siti_twin.decrypt_group("group", "ali", sealed) == b"x"
    with pytest.raises(Duplicate):
        siti.decrypt_group("group", "ali", ali_twin.encrypt_group("group", b"the same number"))
