"""A companion whose phones are moved by a test: over the socket beside it come the steps of linkings and the states."""

import json
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from hebah.adapters.transports.companion import protocol_pb2 as pb
from hebah.adapters.transports.companion.framing import FrameCutter, framed

CONTROL = Path(__file__).with_name("control.sock")
DURABLE = {"message", "receipt", "history"}
MOST_UNACKNOWLEDGED = 500
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
        self.spool = Path()
        self.files = 0
        self.seq = 0
        self.unacknowledged: set[int] = set()
        self.acknowledged = threading.Condition()
        self.pouring = 0
        self.poured = 0
        self.sends: dict[str, list[Json]] = {}
        self.outcomes: dict[str, Json] = {}

    def live(self) -> None:
        while data := self.door.recv(65536):
            for frame in self.cutter.feed(data):
                envelope = pb.Envelope.FromString(frame)
                if envelope.HasField("configure"):
                    self.spool = Path(envelope.configure.spool)
                    version = envelope.configure.version
                    self.say(ready=pb.Ready(boot_id="pretended", build="pretended", version=version))
                elif envelope.HasField("request"):
                    self.carry_out(envelope.request)
                elif envelope.HasField("acknowledge"):
                    with self.acknowledged:
                        self.unacknowledged.difference_update(envelope.acknowledge.seqs)
                        self.acknowledged.notify_all()

    def carry_out(self, request: pb.Request) -> None:
        key, name = request.device.device_id.hex(), request.WhichOneof("command")
        if name in {"send", "fetch_media", "check_numbers"}:
            self.answer(request, **getattr(self, name)(key, request))
        elif name in {"link", "answer_passkey"}:
            getattr(self, name)(key, request)
        else:
            self.obey_request(key, request)

    def link(self, key: str, request: pb.Request) -> None:
        self.linkings[key] = request
        if request.link.phone:
            self.step(key, "code", "ABCD2345", 160)
        else:
            self.step(key, "qr", f"2@pretended,{key}", 60)

    def answer_passkey(self, _key: str, request: pb.Request) -> None:
        self.answers.append(request.answer_passkey.response_json)
        self.answer(request, code="refused" if self.refuses_answers else "")

    def obey_request(self, key: str, request: pb.Request) -> None:
        name = request.WhichOneof("command")
        if name == "cancel" and (linking := self.linkings.pop(key, None)) is not None:
            self.answer(linking, code="cancelled")
        if name == "open":
            self.openings[key] = request
        self.answer(request)
        if name == "open":
            self.state(request, {"state": "online", "cause": "connected"})
        if name == "drain":
            sys.exit(0)

    def send(self, key: str, request: pb.Request) -> Json:
        """Kept for the test; taken by the network unless it was told otherwise."""
        self.sends.setdefault(key, []).append(json_format.MessageToDict(request.send))
        outcome = self.outcomes.get(key, {})
        result = pb.SendResult(outcome=outcome.get("outcome", "accepted"), code=outcome.get("code", ""), at=now())
        return {"send": result}

    def fetch_media(self, _key: str, request: pb.Request) -> Json:
        """The reference of a pretended file is the file itself."""
        self.files += 1
        path = self.spool / f"in-{self.files}"
        path.write_bytes(request.fetch_media.ref)
        return {"file": pb.File(path=str(path), size=len(request.fetch_media.ref))}

    def check_numbers(self, _key: str, request: pb.Request) -> Json:
        """Everybody is on WhatsApp."""
        found = [pb.Number(phone=phone, on_whatsapp=True) for phone in request.check_numbers.phones]
        return {"numbers": pb.Numbers(found=found)}

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
            case "answer_sends":
                self.outcomes[key] = order["outcome"]
            case "happen" | "pour":
                self.arrive(self.openings[key], order)
        return self.known(key)

    def known(self, key: str) -> Json:
        return {
            "linking": key in self.linkings,
            "open": key in self.openings,
            "answers": self.answers,
            "sends": self.sends.get(key, []),
            "unacknowledged": len(self.unacknowledged),
            "pouring": self.pouring,
            "poured": self.poured,
        }

    def arrive(self, opening: pb.Request, order: Json) -> None:
        """Events as JSON of the protocol, or a stream of texts that goes on by itself."""
        if order["do"] == "pour":
            self.pouring += 1
            threading.Thread(target=self.pour, args=(opening, order), daemon=True).start()
            return
        for facts in order["events"]:
            self.tell(opening, json_format.ParseDict(facts, pb.Event()))

    def pour(self, opening: pb.Request, order: Json) -> None:
        """Many texts, round and round through the chats; so many a second, or as fast as they are stored."""
        chats, rate, began = order["chats"], order["perSecond"], time.monotonic()
        for number in range(order["count"]):
            if rate:
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
            chat, at = chats[number % len(chats)], order["firstAt"] + number * order["stepMs"]
            words = order["words"].format(number=number + 1)
            wire_id = f"{order['name']}{number:07}"
            said = pb.Incoming(chat=chat, sender=chat, wire_id=wire_id, at=at, kind="text", body=words)
            said.sender_name = order["person"].format(number=number % len(chats) + 1)
            self.tell(opening, pb.Event(message=said))
            self.poured += 1
        self.pouring -= 1

    def tell(self, opening: pb.Request, event: pb.Event) -> None:
        event.device.CopyFrom(opening.device)
        event.request_id = opening.id
        if event.WhichOneof("event") in DURABLE:
            with self.acknowledged:
                self.acknowledged.wait_for(lambda: len(self.unacknowledged) < MOST_UNACKNOWLEDGED)
                self.seq += 1
                event.seq = self.seq
                self.unacknowledged.add(self.seq)
        self.say(event=event)

    def step(self, key: str, kind: str, text: str, seconds: int) -> None:
        linking, expires_at = self.linkings[key], now() + seconds * 1000
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


def now() -> int:
    return round(time.time() * 1000)


def main() -> None:
    pretended = Pretended(socket.socket(fileno=int(sys.argv[sys.argv.index("--fd") + 1])))
    threading.Thread(target=pretended.obey, daemon=True).start()
    pretended.live()


main()
