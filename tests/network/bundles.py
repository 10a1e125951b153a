"""Prekey bundles as they travel: in answers of the server, and in receipts that ask for a message again."""

from tests.network.nodes import Node
from tests.network.signal import Bundle


def bundle_parts(bundle: Bundle) -> list[Node]:
    """The nodes of a bundle, without its registration id."""
    nodes = [Node("type", {}, b"\x05"), Node("identity", {}, bundle.identity)]
    if bundle.prekey_id is not None:
        one_time = [Node("id", {}, bundle.prekey_id.to_bytes(3, "big")), Node("value", {}, bundle.prekey)]
        nodes.append(Node("key", {}, one_time))
    signed = [Node("id", {}, bundle.signed_id.to_bytes(3, "big")), Node("value", {}, bundle.signed_key)]
    nodes.append(Node("skey", {}, [*signed, Node("signature", {}, bundle.signature)]))
    return nodes


def registration(bundle: Bundle) -> Node:
    """The bundle's registration id."""
    return Node("registration", {}, bundle.registration_id.to_bytes(4, "big"))


def bundle_in(node: Node) -> Bundle | None:
    """The bundle that came with a retry receipt; None when it brought none."""
    keys, registered = node.child("keys"), node.child("registration")
    identity, signed, one_time = (keys.child(tag) if keys else None for tag in ("identity", "skey", "key"))
    if registered is None or identity is None or signed is None:
        return None
    return Bundle(
        registration_id=int.from_bytes(registered.data, "big"),
        identity=identity.data,
        signed_id=int.from_bytes(part(signed, "id"), "big"),
        signed_key=part(signed, "value"),
        signature=part(signed, "signature"),
        prekey_id=int.from_bytes(part(one_time, "id"), "big") if one_time else None,
        prekey=part(one_time, "value") if one_time else b"",
    )


def part(node: Node, tag: str) -> bytes:
    """The bytes of a child; empty when there is none."""
    child = node.child(tag)
    return child.data if child else b""
