"""What was said on simulated phones before anybody linked them: made up from the numbers, and always the same."""

import hashlib
from datetime import timedelta
from typing import Final

from hebah.gateway.incoming import MessageArrived
from hebah.gateway.outgoing import RequestHistory
from hebah.messaging.chataddress import is_group
from hebah.messaging.said import MessageKind, Said

_LONGEST: Final = 60
_THEIRS: Final = (
    "Assalamualaikum, kedai buka hari ini?",
    "Do you deliver to Shah Alam?",
    "Berapa harga untuk dua kotak?",
    "Ok noted, thank you!",
    "Boleh saya datang petang nanti?",
    "Is the blue one still there?",
    "Terima kasih, barang dah sampai 👍",
    "Nanti saya bagitahu ya",
)
_OURS: Final = (
    "Waalaikumsalam, ya kami buka sampai 6 petang.",
    "Yes, delivery takes two days.",
    "Dua kotak RM58, pos percuma.",
    "You are welcome!",
    "Boleh, sila datang.",
    "We have three left.",
    "Alhamdulillah, terima kasih kerana membeli.",
    "Baik, tiada masalah.",
)


class Past:
    """The older messages of every chat with a person; groups have none."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def before(self, phone: str, asked: RequestHistory) -> list[MessageArrived]:
        """Up to as many messages as are asked for, from before that message, newest first."""
        if is_group(asked.chat):
            return []
        mark = self._draw(phone, asked.chat, -1).hex()[:8].upper()
        prefix = f"PAST{mark}"
        known = asked.before.wire_id
        first = int(known.removeprefix(prefix)) + 1 if known.startswith(prefix) else 0
        at, said = asked.at, []
        for place in range(first, min(first + asked.count, _LONGEST)):
            drawn = self._draw(phone, asked.chat, place)
            at -= timedelta(minutes=3 + drawn[0] + (drawn[1] * 4 if drawn[2] > 180 else 0))
            is_ours = drawn[3] % 2 == 0
            body = (_OURS if is_ours else _THEIRS)[drawn[4] % len(_OURS)]
            said.append(
                MessageArrived(
                    event_id="",
                    chat=asked.chat,
                    sender=phone if is_ours else asked.chat,
                    wire_id=f"{prefix}{place:04d}",
                    at=at,
                    from_me=is_ours,
                    said=Said(MessageKind.TEXT, body),
                )
            )
        return said

    def _draw(self, phone: str, chat: str, place: int) -> bytes:
        return hashlib.sha256(f"{self._seed}:{phone}:{chat}:{place}".encode()).digest()
