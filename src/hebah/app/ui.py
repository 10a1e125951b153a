"""The built browser UI: read once at start, served from memory, each file in the encoding the browser likes best."""

from collections.abc import Mapping
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from litestar import Request, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from hebah.access.model import PUBLIC
from hebah.foundation.errors import NotFound

STATIC: Final = Path(__file__).with_name("static")

_INDEX = "index.html"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_FOREVER = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"
_NEVER = "no-store"
_NOT_BUILT = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Hebah</title></head>
<body><h1>The user interface is not built</h1>
<p>Hebah runs, but its pages are missing. In the source folder run <code>make ui</code>, then start Hebah again.</p>
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file in all its encodings."""

    media_type: str
    caching: str
    variants: Mapping[str, bytes]

    def response(self, accepted: str) -> Response[bytes]:
        """The smallest variant that the browser takes."""
        offered = {part.split(";")[0].strip() for part in accepted.split(",") if not part.rstrip().endswith("q=0")}
        encoding = next((name for name, _ in _ENCODINGS if name in offered and name in self.variants), "")
        headers = {"Cache-Control": self.caching, "Vary": "Accept-Encoding"}
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(self.variants[encoding], media_type=self.media_type, headers=headers)


def ui_routes(folder: Path) -> tuple[HTTPRouteHandler, ...]:
    """The catch-all: files by their name, everything else is a page of the application itself."""
    assets = _read(folder)
    index = assets.get(_INDEX)

    @route(
        ["/", "/{path:path}"],
        http_method=["GET", "HEAD"],
        permission=PUBLIC,
        include_in_schema=False,
        status_code=200,
        sync_to_thread=False,
    )
    def page(request: Request[Any, Any, Any], path: FromPath[str] = "") -> Response[bytes]:
        name = path.lstrip("/")
        accepted = request.headers.get("accept-encoding", "")
        if (found := assets.get(name)) is not None:
            return found.response(accepted)
        if name.startswith("assets/"):
            raise NotFound()
        if index is None:
            return Response(_NOT_BUILT, status_code=503, media_type="text/html; charset=utf-8")
        return index.response(accepted)

    return (page,)


def _read(folder: Path) -> Mapping[str, Asset]:
    assets: dict[str, Asset] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.name.startswith(".") and path.suffix not in {".br", ".gz"}:
            assets[name] = _asset(path, name)
    return MappingProxyType(assets)


def _asset(path: Path, name: str) -> Asset:
    variants = {"": path.read_bytes()}
    for encoding, suffix in _ENCODINGS:
        packed = path.with_name(path.name + suffix)
        if packed.is_file():
            variants[encoding] = packed.read_bytes()
    kind = guess_type(name)[0] or "application/octet-stream"
    media_type = f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith("javascript") else kind
    # Names under assets/ carry a hash of their content, so they never change.
    caching = _FOREVER if name.startswith("assets/") else _NEVER if name == _INDEX else _AN_HOUR
    return Asset(media_type, caching, MappingProxyType(variants))
