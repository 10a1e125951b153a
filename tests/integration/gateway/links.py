"""Links of which nothing is asked but what a test looks at."""

from collections.abc import AsyncIterator

from hebah.gateway.incoming import HistoryOutcome, LinkEvent, MediaAsked, MediaGone, MediaOutcome
from hebah.gateway.outgoing import Command, CommandOutcome, Done


class IdleLink:
    """Nothing arrives over it and there is nothing to fetch; what it is told to do, it has done."""

    async def do(self, command: Command) -> CommandOutcome:
        return Done()

    async def fetch_media(self, wanted: MediaAsked) -> MediaOutcome:
        return MediaGone("expired")

    async def fetch_history(self, ref: bytes) -> HistoryOutcome:
        return MediaGone("expired")

    async def events(self) -> AsyncIterator[LinkEvent]:
        return
        yield

    async def acknowledge(self, event: LinkEvent) -> None: ...

    async def logout(self) -> None: ...

    async def close(self) -> None: ...
