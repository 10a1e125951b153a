"""The network's file server: what devices and phones upload lies here, sealed, until it is forgotten."""

import base64
import hashlib
import json
from collections import deque
from dataclasses import dataclass, field

from tests.network.sockets import Request, Response

HOST = "mmg.whatsapp.net"
_JSON = b"application/json"


@dataclass(slots=True)
class MediaStore:
    """Sealed files by path, counters of what went through, and codes that the next requests are refused with."""

    files: dict[str, bytes] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    uploads: int = 0
    downloads: int = 0
    deletions: int = 0
    refusals: deque[int] = field(default_factory=deque)

    def place(self, blob: bytes) -> str:
        """Keep a file; its direct path."""
        name = base64.urlsafe_b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
        path = f"/v/t62.7118-24/{name}.enc"
        self.files[path] = blob
        self.gone.pop(path, None)
        return f"{path}?ccb=11-4&oh=01&oe=7FFFFFFF"

    def place_again(self, direct_path: str) -> str:
        """Put a file that left the server on another path."""
        blob = self.files[bare(direct_path)]
        path = f"/v/again/{len(self.files)}.enc"
        self.files[path] = blob
        return path + "?ccb=11-4"

    def forget(self, direct_path: str, status: int) -> None:
        """Answer with a status from now on."""
        self.gone[bare(direct_path)] = status

    def damage(self, direct_path: str) -> None:
        """Turn a byte in the middle of a file around."""
        path = bare(direct_path)
        blob = self.files[path]
        middle = len(blob) // 2
        self.files[path] = blob[:middle] + bytes((blob[middle] ^ 255,)) + blob[middle + 1 :]

    def answer(self, request: Request) -> Response:
        """Serve uploads, downloads and deletions."""
        if self.refusals:
            return Response(self.refusals.popleft())
        match request.method:
            case "POST" if request.target.startswith("/mms/"):
                return self._upload(request)
            case "DELETE" if request.target.startswith("/mms/"):
                self.deletions += 1
                return Response(200)
            case "GET":
                return self._download(bare(request.target))
        return Response(400)

    def _upload(self, request: Request) -> Response:
        body = bytes(request.body)
        token = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).decode()
        if token.rstrip("=") not in request.target.replace("%3D", "="):
            return Response(400)
        self.uploads += 1
        direct_path = self.place(body)
        told = {"url": f"https://{HOST}{direct_path}", "direct_path": direct_path, "handle": token}
        return Response(200, json.dumps(told).encode(), _JSON)

    def _download(self, path: str) -> Response:
        self.downloads += 1
        if path in self.gone:
            return Response(self.gone[path])
        blob = self.files.get(path)
        return Response(404) if blob is None else Response(200, blob)


def bare(target: str) -> str:
    """The path without what follows a ? or &."""
    return target.partition("?")[0].partition("&")[0]
