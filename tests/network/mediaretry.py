"""Files that have left the media server: a device asks its phone, which uploads again or says that it cannot."""

from enum import StrEnum

from tests.network import reading
from tests.network.accounts import Account, Device
from tests.network.bundles import part
from tests.network.hub import Hub
from tests.network.mediacrypto import MediaError, RetryResult, SealedRetry, open_retry_request, seal_retry_answer
from tests.network.nodes import Node
from tests.network.reading import FilePart


class PhoneAnswer(StrEnum):
    """What the phone does when a device asks for a lost file."""

    AGAIN = "again"
    """Uploads it once more."""
    NOT_FOUND = "not_found"
    """Says, sealed, that it has lost it as well."""
    REFUSED = "refused"
    """Says so in the open."""
    SILENT = "silent"


def file_of(account: Account, wire_id: str) -> FilePart | None:
    """The file of a message that a phone knows."""
    for letter in reversed(account.letters):
        if letter.wire_id == wire_id and letter.plain is not None:
            return reading.read(letter.plain).file
    written = account.written.get(wire_id)
    return reading.read(written.plain).file if written else None


def asked(hub: Hub, device: Device, node: Node) -> None:
    """A device wants a file again; its own phone answers."""
    hub.counts["media_retries"] += 1
    wire_id, sealed, about = node.get("id"), node.child("encrypt"), node.child("rmr")
    file = file_of(device.account, wire_id)
    answer = device.account.lost_files.get(wire_id, PhoneAnswer.NOT_FOUND)
    if sealed is None or about is None or answer == PhoneAnswer.SILENT:
        return
    content = [about]
    if answer == PhoneAnswer.REFUSED or file is None:
        content.append(Node("error", {"code": "2"}))
    else:
        request = SealedRetry(part(sealed, "enc_p"), part(sealed, "enc_iv"))
        try:
            open_retry_request(wire_id, file.key, request)
        except MediaError:
            hub.complain("a media retry was not sealed with the file's key")
            return
        content.append(_sealed(hub, wire_id, file, again=answer == PhoneAnswer.AGAIN))
    named = {"from": device.account.pn, "type": "mediaretry", "id": wire_id, "t": str(hub.now())}
    device.mailbox.put(Node("notification", named, content))


def _sealed(hub: Hub, wire_id: str, file: FilePart, *, again: bool) -> Node:
    if again:
        path = hub.media.place_again(file.direct_path)
        said = seal_retry_answer(wire_id, file.key, RetryResult.SUCCESS, path)
    else:
        said = seal_retry_answer(wire_id, file.key, RetryResult.NOT_FOUND)
    return Node("encrypt", {}, [Node("enc_p", {}, said.payload), Node("enc_iv", {}, said.iv)])
