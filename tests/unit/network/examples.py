"""One message of every kind, built with fixed facts; `messages.json` says what the library makes of each."""

from collections.abc import Mapping

from tests.network import historysync, messages
from tests.network.historysync import Chunk, Conversation, HistoryKind, MessageStatus, StoredMessage
from tests.network.mediacrypto import MediaKind, seal
from tests.network.messages import Card, Context, File, Key, Place, Quoted

SEALED = seal(b"x" * 1000, MediaKind.IMAGE, key=b"k" * 32)
FILE = File(
    SEALED, "/v/t62/abc?x=1", "image/jpeg", url="https://mmg.example/v", width=640, height=480, seconds=12,
    name="price list.pdf", thumbnail=b"\xff\xd8thumb", waveform=bytes(range(8)),
)  # fmt: skip
CONTEXT = Context(Quoted("3EB0AA", "60123@s.whatsapp.net", messages.text("before")), ("60199@s.whatsapp.net",), 86400)
KEY = Key("60123@s.whatsapp.net", "3EB0AA", from_me=True)
GROUP_KEY = Key("120363@g.us", "3EB0BB", participant="60123@s.whatsapp.net")
PLACE = Place(3.139, 101.6869, "Kuala Lumpur", "Jalan 1")
CARD = Card("Ali", "BEGIN:VCARD\nEND:VCARD")
AT_MS = 1_700_000_000_123
SECRET = b"s" * 32

CHUNK = Chunk(
    HistoryKind.RECENT,
    [
        Conversation(
            "60123@s.whatsapp.net",
            [
                StoredMessage(KEY, messages.text("newer"), 1_700_000_100, "Me", MessageStatus.READ),
                StoredMessage(Key("60123@s.whatsapp.net", "3EB0A9"), messages.text("older"), 1_700_000_000),
            ],
            name="Ali",
            unread=2,
            last_at=1_700_000_100,
        )
    ],
    {"60123@s.whatsapp.net": "Ali"},
    {"60123@s.whatsapp.net": "77@lid"},
    order=3,
    progress=40,
)

MESSAGES: Mapping[str, bytes] = {
    "text": messages.text("hello"),
    "extended text": messages.extended_text("hello"),
    "quote": messages.extended_text("hello", CONTEXT),
    "forwarded": messages.extended_text("hello", Context(forwarded=True)),
    "image": messages.image(FILE, "caption", context=CONTEXT),
    "image once": messages.view_once(messages.image(FILE, once=True)),
    "video": messages.video(FILE, "caption", gif=True),
    "video note": messages.video(FILE, note=True),
    "audio": messages.audio(FILE),
    "voice": messages.audio(FILE, voice=True),
    "document": messages.document(FILE),
    "document with caption": messages.document(FILE, "caption"),
    "sticker": messages.sticker(FILE, animated=True),
    "location": messages.location(PLACE),
    "live location": messages.live_location(PLACE, 7),
    "contact": messages.contact(CARD),
    "contacts": messages.contacts([CARD, CARD]),
    "poll": messages.poll("Which day?", ["Monday", "Tuesday"], secret=SECRET),
    "single choice": messages.poll("Which day?", ["Monday", "Tuesday"], 1, secret=SECRET),
    "reaction": messages.reaction(GROUP_KEY, "👍", AT_MS),
    "reaction taken back": messages.reaction(KEY, "", AT_MS),
    "edit": messages.edit(KEY, messages.text("corrected"), AT_MS),
    "deletion": messages.revoke(GROUP_KEY),
    "ephemeral": messages.ephemeral(messages.extended_text("gone soon", CONTEXT)),
    "device sent": messages.device_sent("60155@s.whatsapp.net", messages.text("hello"), "2:abcdef"),
    "secret": messages.with_secret(messages.text("hello"), SECRET),
    "sender key": messages.with_distribution(b"", "120363@g.us", b"distribution"),
    "app state keys": messages.app_state_keys([(b"\0\0\1", b"k" * 32)], AT_MS),
    "history": historysync.notification(CHUNK, SEALED, "/v/history", enc_handle="handle"),
    "unknown": messages.unknown(),
}
