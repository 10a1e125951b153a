"""A companion without a network: it speaks the protocol, and misbehaves as the file `behaviour` beside it says."""

import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.adapters.transports.companion.framing import FrameCutter, framed

FOLDER = Path(FAKE_FOLDER)  # type: ignore[name-defined]  # noqa: F821 - the line before this, once installed
NOW_MS = 1_767_600_000_000


class Fake:
    """One life of it."""

    def __init__(self, door: socket.socket, behaviour: str) -> None:
        self.door = door
        self.behaviour = behaviour
        self.cutter = FrameCutter()
        self.seq = 0
        self.opened: dict[bytes, int] = {}
        self.spool = Path()
        self.linking = pb.Request()  # under way

    def say(self, **body: object) -> None:
        self.door.sendall(framed(pb.Envelope(**body).SerializeToString()))  # type: ignore[arg-type]

    def heard(self) -> Iterator[pb.Envelope]:
        while data := self.door.recv(65536):
            for message in self.cutter.feed(data):
                yield pb.Envelope.FromString(message)

    def live(self) -> None:
        for envelope in self.heard():
            match envelope.WhichOneof("body"):
                case "configure":
                    self.begin(envelope.configure)
                case "request":
                    self.carry_out(envelope.request)
                case "acknowledge":
                    note("acknowledged", " ".join(map(str, envelope.acknowledge.seqs)))

    def begin(self, configured: pb.Configure) -> None:
        self.spool = Path(configured.spool)
        note("configured", f"{configured.database_url} {len(configured.sealing_key)} {configured.connections}")
        if self.behaviour == "never_ready":
            time.sleep(60)
        code = self.behaviour.removeprefix("code:") if self.behaviour.startswith("code:") else ""
        version = 99 if self.behaviour == "version" else configured.version
        self.say(ready=pb.Ready(code=code, boot_id=f"boot{os.getpid()}", build="fake", version=version))
        if self.behaviour == "garbage":
            self.door.sendall(b"\x00\x00\x00\x04\xff\xff\xff\xff")
        if self.behaviour == "endless_frame":
            self.door.sendall(b"\xff\xff\xff\xff")
        if self.behaviour == "wrong_envelope":
            self.say(configure=configured)

    def carry_out(self, request: pb.Request) -> None:
        name = str(request.WhichOneof("command"))
        note("asked", name)
        getattr(self, name, self.answer)(request)

    def open(self, request: pb.Request) -> None:
        self.opened[request.device.device_id] = request.id
        self.answer(request)
        self.state(request, "connecting")
        self.state(request, "online")

    def cancel(self, request: pb.Request) -> None:
        self.answer(self.linking, code="cancelled")
        self.answer(request)

    def drain(self, request: pb.Request) -> None:
        self.answer(request)
        sys.exit(0)

    def counters(self, request: pb.Request) -> None:
        if self.behaviour == "hangs":
            time.sleep(60)
        self.answer(request, counters=pb.CounterValues(rss_bytes=1000, devices=len(self.opened)))

    def send(self, request: pb.Request) -> None:
        body = request.send.text.body
        if body == "die":
            os._exit(3)
        if body == "silence":
            return
        if body == "write to me":
            self.seq += 1
            message = pb.Incoming(
                chat="+60123000001", sender="+60123000001", wire_id="IN1", at=NOW_MS, kind="text", body="Hai"
            )
            opening = self.opened[request.device.device_id]
            self.say(event=pb.Event(seq=self.seq, device=request.device, request_id=opening, message=message))
            self.say(
                event=pb.Event(seq=self.seq + 50, device=request.device, request_id=opening + 1000, message=message)
            )
        if request.send.WhichOneof("content") == "media":
            note("file", str(len(Path(request.send.media.path).read_bytes())))
        self.answer(request, send=pb.SendResult(outcome="accepted", at=NOW_MS))

    def link(self, request: pb.Request) -> None:
        step = pb.LinkStep(kind="qr", text="2@picture", expires_at=NOW_MS)
        self.say(event=pb.Event(device=request.device, request_id=request.id, link_step=step))
        if request.link.phone:
            self.answer(request, identity=pb.Identity(phone=request.link.phone, lid="77"))
        else:
            self.linking = request

    def fetch_media(self, request: pb.Request) -> None:
        path = self.spool / "in-1"
        path.write_bytes(b"whole file")
        named = "/etc/hostname" if request.fetch_media.ref == b"outside" else str(path)
        self.answer(request, file=pb.File(path=named, size=10))

    def state(self, request: pb.Request, state: str) -> None:
        self.say(event=pb.Event(device=request.device, request_id=request.id, state=pb.State(state=state)))

    def answer(self, request: pb.Request, **result: object) -> None:
        self.say(response=pb.Response(id=request.id, **result))  # type: ignore[arg-type]


def note(name: str, text: str) -> None:
    """Let the test see what happened."""
    with (FOLDER / name).open("a") as opened:
        opened.write(text + "\n")


def main() -> None:
    note("starts", str(time.monotonic()))
    note("arguments", " ".join(argument for argument in sys.argv[1:] if not argument.isdecimal()))
    note("environment", " ".join(sorted(os.environ)))
    behaviour = (FOLDER / "behaviour").read_text().strip()
    sys.stderr.write('{"level":"WARN","msg":"device_cut","device_id":"7f","chat":"+60123456789","count":3}\n')
    sys.stderr.write("panic: runtime error: index out of range +60123456789\n\t/src/fleet/device.go:12 +0x1d\n")
    sys.stderr.flush()
    if behaviour == "early_exit":
        sys.exit(1)
    door = socket.socket(fileno=int(sys.argv[sys.argv.index("--fd") + 1]))
    Fake(door, behaviour).live()


main()
