"""The whole application, as `hebah up` mounts it."""

from dataclasses import replace
from pathlib import Path

import pytest

from hebah.access.model import Installation
from hebah.adapters.blobs.filesystem import FilesystemBlobs
from hebah.app.routes import ROUTES, provided_by
from hebah.app.settings import Settings
from hebah.app.web import Parts
from hebah.app.wiring import Hebah, Reach
from hebah.foundation.bus import InProcessBus
from hebah.live.actions.hub import Hub


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built UI of three files."""
    folder = tmp_path_factory.mktemp("ui") / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Hebah</title>")
    (folder / "favicon.svg").write_text("<svg/>")
    for suffix, text in (("", "let a"), (".gz", "gzipped"), (".br", "brotli")):
        (folder / "assets" / f"index-1a2b.js{suffix}").write_text(text)
    (folder / ".stamp").write_text("secret")
    (folder.parent / "outside.txt").write_text("outside")
    return folder


@pytest.fixture
def parts(parts: Parts, static: Path, tmp_path: Path) -> Parts:
    return whole(parts, static, tmp_path)


def whole(parts: Parts, static: Path, home: Path) -> Parts:
    """With every route and what they ask for."""
    bus = InProcessBus()
    hebah = Hebah(
        settings=Settings(home=home),
        database_url="",
        db=parts.db,
        clock=parts.clock,
        bus=bus,
        blobs=FilesystemBlobs(home / "media"),
        reach=Reach({}),
        installation=Installation("0.0-test", simulated_available=True),
    )
    return replace(parts, routes=ROUTES, provided=provided_by(hebah, Hub(parts.db, parts.clock, bus)), static=static)
