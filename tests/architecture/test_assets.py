"""The build hook rebuilds the UI when its sources changed, and only then."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def hatch_build(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", root / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one UI source, and a UI that somebody built elsewhere."""
    (tmp_path / "ui" / "src").mkdir(parents=True)
    (tmp_path / "ui" / "src" / "main.tsx").write_text("export {}")
    (tmp_path / "src" / "hebah" / "app").mkdir(parents=True)
    built = tmp_path / "built"
    built.mkdir()
    (built / "index.html").write_text("<h1>Hebah</h1>")
    monkeypatch.setenv("HEBAH_UI_PREBUILT", str(built))
    return tmp_path


def test_built_ui_stays_until_a_source_changes(hatch_build: ModuleType, checkout: Path) -> None:
    assets = hatch_build.Assets(checkout)
    assert [assets.refresh(), assets.refresh()] == [True, False]
    (checkout / "ui" / "src" / "main.tsx").write_text("export default 1")
    assert not assets.fresh()
    assert assets.refresh()


def test_installed_packages_and_old_output_are_no_sources(hatch_build: ModuleType, checkout: Path) -> None:
    assets = hatch_build.Assets(checkout)
    assets.refresh()
    (checkout / "ui" / "node_modules" / "react").mkdir(parents=True)
    (checkout / "ui" / "node_modules" / "react" / "index.js").write_text("1")
    assert assets.fresh()


def test_files_of_the_previous_build_are_gone(hatch_build: ModuleType, checkout: Path) -> None:
    assets = hatch_build.Assets(checkout)
    assets.refresh()
    (assets.built / "old.js").write_text("1")
    (checkout / "ui" / "src" / "main.tsx").write_text("export default 1")
    assets.refresh()
    assert sorted(path.name for path in assets.built.iterdir()) == [".stamp", "index.html"]


def test_a_build_without_a_page_is_refused(hatch_build: ModuleType, checkout: Path) -> None:
    (checkout / "built" / "index.html").unlink()
    with pytest.raises(RuntimeError, match=r"no index\.html"):
        hatch_build.Assets(checkout).refresh()
