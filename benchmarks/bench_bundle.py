"""How much JavaScript a browser fetches before it shows the inbox: by imports of the built page, packed with gzip."""

from pathlib import Path

from bundle import inbox_bytes
from runner import Metric, run

STATIC = Path(__file__).parent.parent / "src" / "hebah" / "app" / "static"

if __name__ == "__main__":
    run("bundle", Metric("inbox_js_gzip_kb", "KB", "<= 150"), lambda _number: inbox_bytes(STATIC) / 1000)
