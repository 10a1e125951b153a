"""A companion whose phones are moved by a test: over the socket beside it come the steps of linkings and the states."""

import json
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.adapters.transports.companion.framing import FrameCutter, framed

CONTROL = Path(__file__).with_name("control.sock")
Json = dict[str, Any]


class Pretended:
    """Answers Hebah, and does to a device what the test says."""

    def __init__(self, door: socket.socket) -> None:
        self.door = door
        self.cutter = FrameCutter()
        self.speaking = threading.Lock()
        self.linkings: dict[str, pb.Request] = {}
        self.openings: dict[str, pb.Request] = {}
        self.answers: list[str] = []
        self.refuses_answers = False

    def live(self) -> None:
        while data := self.door.recv(65536):
            for frame in self.cutter.feed(data):
                envelope = pb.Envelope.FromString(frame)
                if envelope.HasField("configure"):
                    version = envelope.configure.version
                    self.say(ready=pb.Ready(boot_id="pretended", build="pretended", version=version))
                elif envelope.HasField("request"):
                    self.carry_out(envelope.request)

    def carry_out(self, request: pb.Request) -> None:
        key, name = request.device.device_id.hex(), request.WhichOneof("command")
        if name == "link":
            self.linkings[key] = request
            if request.link.phone:
                self.step(key, "code", "ABCD2345", 160)
            else:
                self.step(key, "qr", f"2@pretended,{key}", 60)
            return
        if name == "cancel" and (linking := self.linkings.pop(key, None)) is not None:
            self.answer(linking, code="cancelled")
        if name == "open":
            self.openings[key] = request
        if name == "answer_passkey":
            self.answers.append(request.answer_passkey.response_json)
            self.answer(request, code="refused" if self.refuses_answers else "")
            return
        self.answer(request)
        if name == "open":
            self.state(request, {"state": "online", "cause": "connected"})
        if name == "drain":
            sys.exit(0)

    # --- what the test says -------------------------------------------------------------------------------------

    def obey(self) -> None:
        CONTROL.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(CONTROL))
            listening.listen()
            while True:
                caller, _ = listening.accept()
                with caller, caller.makefile("rw") as line:
                    line.write(json.dumps(self.told(json.loads(line.readline()))) + "\n")

    def told(self, order: Json) -> Json:
        key = str(order.get("device", "")).replace("-", "")
        match order["do"]:
            case "step":
                self.step(key, order["kind"], order["text"], order["seconds"])
            case "fail":
                self.answer(self.linkings.pop(key), code=order["code"])
            case "link":
                self.answer(self.linkings.pop(key), identity=pb.Identity(**order["identity"]))
            case "state":
                self.state(self.openings[key], order)
            case "refuse_answers":
                self.refuses_answers = order["on"]
        return {"linking": key in self.linkings, "open": key in self.openings, "answers": self.answers}

    def step(self, key: str, kind: str, text: str, seconds: int) -> None:
        linking, expires_at = self.linkings[key], round((time.time() + seconds) * 1000)
        step = pb.LinkStep(kind=kind, text=text, expires_at=expires_at)
        self.say(event=pb.Event(device=linking.device, request_id=linking.id, link_step=step))

    def state(self, opening: pb.Request, order: Json) -> None:
        state = pb.State(state=order["state"], cause=order["cause"], until=round(order.get("until", 0) * 1000))
        self.say(event=pb.Event(device=opening.device, request_id=opening.id, state=state))

    # --- to Hebah -----------------------------------------------------------------------------------------------

    def answer(self, request: pb.Request, **result: Any) -> None:
        self.say(response=pb.Response(id=request.id, **result))

    def say(self, **body: Any) -> None:
        with self.speaking:
            self.door.sendall(framed(pb.Envelope(**body).SerializeToString()))


def main() -> None:
    pretended = Pretended(socket.socket(fileno=int(sys.argv[sys.argv.index("--fd") + 1])))
    threading.Thread(target=pretended.obey, daemon=True).start()
    pretended.live()


main()
