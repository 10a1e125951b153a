"""The code of the protocol is what its compiler makes of companion/protocol.proto today."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.companion.conftest import Go

PYTHON = Path("src/hebah/adapters/transports/companion")


@pytest.mark.timeout(300)  # the first run compiles the compiler's plugin
def test_generated_code_is_fresh(go: Go, tmp_path: Path) -> None:
    root = go.sources.parent
    plugin = tmp_path / "protoc-gen-go"
    go("build", "-o", str(plugin), "google.golang.org/protobuf/cmd/protoc-gen-go")
    options = [f"-I{go.sources}", f"--plugin=protoc-gen-go={plugin}", "--go_opt=module=hebah.example/companion"]
    options += [f"--{kind}_out={tmp_path}" for kind in ("go", "python", "pyi")]
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", *options, "protocol.proto"], cwd=tmp_path, check=True)
    for made, kept in {
        "internal/protocol/protocol.pb.go": go.sources / "internal/protocol/protocol.pb.go",
        "protocol_pb2.py": root / PYTHON / "protocol_pb2.py",
        "protocol_pb2.pyi": root / PYTHON / "protocol_pb2.pyi",
    }.items():
        assert (tmp_path / made).read_text() == kept.read_text(), "run `make companion.protocol`"
