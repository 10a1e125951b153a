"""The narrow line between the simulated network and its transport, the same in one process and over a socket.

Nothing here waits: whatever needs an answer is told later. Nothing raises for trouble on the network.
"""

from collections.abc import Callable
from typing import Protocol

from hebah.adapters.transports.simulated.letters import Letter
from hebah.gateway.incoming import LinkEvent, MediaGone, MediaLater
from hebah.gateway.outgoing import (
    Accepted,
    CheckNumbers,
    CommandOutcome,
    FetchPicture,
    KeepChat,
    LookUpGroup,
    MarkRead,
    NotWritten,
    Probe,
    Refused,
    RequestHistory,
    Typing,
)
from hebah.gateway.transport import DeviceRef, LinkMethod, LinkStep

Answer = Accepted | Refused | NotWritten
Wish = MarkRead | Typing | CheckNumbers | RequestHistory | LookUpGroup | FetchPicture | KeepChat | Probe
FileAnswer = bytes | MediaGone | MediaLater


class LinkEnd(Protocol):
    """The transport's end of one link; the network calls it, it must not block."""

    def happened(self, event: LinkEvent) -> None:
        """An event for the gateway; durable ones come again until acknowledged."""
        ...

    def answered(self, wire_id: str, answer: Answer) -> None:
        """The network's answer to a send."""
        ...


class NetworkEnd(Protocol):
    """The network's end of one link."""

    def send(self, letter: Letter) -> NotWritten | None:
        """Put a message on the wire; its answer comes to `LinkEnd.answered`, unless it was not written."""
        ...

    def acknowledge(self, event_id: str) -> None:
        """A durable event has been stored by us."""
        ...

    def do(self, wish: Wish, told: Callable[[CommandOutcome], None]) -> None:
        """Carry out a command and tell what came of it."""
        ...

    def fetch(self, ref: bytes, told: Callable[[FileAnswer], None]) -> None:
        """Tell the file."""
        ...

    def logout(self, told: Callable[[CommandOutcome], None]) -> None:
        """End the link for good."""
        ...

    def detach(self) -> None:
        """Let go of the connection; what is not acknowledged waits for the next one."""
        ...


class Door(Protocol):
    """Where a transport reaches the network."""

    def attach(self, device: DeviceRef, epoch: int, end: LinkEnd) -> NetworkEnd:
        """Connect a linked slot; what comes of it is told to the end."""
        ...

    def start_linking(
        self, device: DeviceRef, method: LinkMethod, told: Callable[[LinkStep], None]
    ) -> Callable[[], None]:
        """Link a slot to a phone; returns how to cancel."""
        ...

    def forget(self, device: DeviceRef, told: Callable[[CommandOutcome], None]) -> None:
        """Delete a slot and its credentials."""
        ...
