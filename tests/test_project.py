"""What holds the project together: its layout, its packages, its lock, the direction of its imports."""

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import gongkai_build
import gongkai_scraper
import gongkai_site

TOP = Path(__file__).parents[1]
ROOTS = {"scraper": "gongkai_scraper", "build": "gongkai_build", "site": "gongkai_site"}
TOP_FLOOR = {
    "archive_commands",
    "cli",
    "collect_commands",
    "commands",
    "demo",
    "expected",
    "portal_commands",
    "progress",
}
"""Modules of the builder that may know the scraper and the site as a whole."""
FLOORS = [
    "errors",
    "resources",
    "schema",
    "documents",
    "forms",
    "register",
    "reading",
    "checks",
    "corrections",
    "derived",
    "archived",
    "captured",
    "changes",
    "coverage",
    "form_lines",
    "tables",
    "files",
    "package",
]
FLOORS += [
    "totals",
    "held",
    "database",
    "problems",
    "consistency",
    "validate",
    "downloads",
    "evidence",
    "revisions",
    "release",
    "show",
    "sample_answers",
    "sample_server",
    "progress",
    "expected",
    "demo",
    "commands",
    "archive_commands",
    "collect_commands",
    "portal_commands",
    "cli",
]
"""Parts of the builder; each may import only what stands before it."""


def tracked_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def in_checkout() -> bool:
    return (TOP / ".git").exists()


def modules(package: str) -> list[Path]:
    root = next(root for root, name in ROOTS.items() if name == package)
    return sorted((TOP / root / package).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_source_roots_are_no_packages() -> None:
    for root, package in ROOTS.items():
        assert not (TOP / root / "__init__.py").exists(), f"{root}/ must not become a package"
        assert (TOP / root / package / "__init__.py").exists()


@pytest.mark.skipif(not in_checkout(), reason="not a git checkout")
def test_the_builder_is_not_ignored() -> None:
    ignored = subprocess.run(["git", "check-ignore", "-q", "build/gongkai_build/cli.py"], cwd=TOP, check=False)
    assert ignored.returncode == 1, "an ignored build/ is left out of the wheel in silence"
    assert "build/gongkai_build/cli.py" in tracked_files()


def test_an_editable_install_imports_from_here() -> None:
    for root, package in ROOTS.items():
        module = {"scraper": gongkai_scraper, "build": gongkai_build, "site": gongkai_site}[root]
        assert module.__file__ is not None
        assert Path(module.__file__).is_relative_to(TOP / root / package)


def test_a_wheel_holds_all_and_works_alone(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(TOP)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next((tmp_path / "dist").glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "installed")
    for root, package in ROOTS.items():
        here = {str(path.relative_to(TOP / root)) for path in (TOP / root / package).rglob("*") if path.is_file()}
        here = {name for name in here if "__pycache__" not in name}
        assert here <= names, f"missing from the wheel: {sorted(here - names)[:5]}"
    script = (
        "import pathlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "import gongkai_build, gongkai_scraper, gongkai_site\n"
        "from gongkai_build.cli import main\n"
        "from gongkai_build.resources import definition\n"
        "from gongkai_site.server import make_datasette\n"
        "here = pathlib.Path(sys.argv[1])\n"
        "assert pathlib.Path(gongkai_build.__file__).is_relative_to(here)\n"
        "assert definition('samples').is_relative_to(here), definition('samples')\n"
        "main(['demo', '--no-serve', '--folder', 'demo'], standalone_mode=False)\n"
        "titles = make_datasette(pathlib.Path('demo/release')).metadata('title')\n"
        "assert 'Gongkai' in titles, titles\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "installed")]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "demo/release: valid" in result.stdout


@pytest.mark.skipif(not in_checkout(), reason="not a git checkout")
def test_the_lock_is_pinned_with_hashes_and_names_no_host() -> None:
    lock = (TOP / "requirements.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9][\w.-]*==\S+", lock, re.MULTILINE | re.IGNORECASE)
    entries = re.findall(r"^[a-z0-9]\S*", lock, re.MULTILINE | re.IGNORECASE)
    assert len(pinned) == len(entries) > 40
    assert lock.count("--hash=sha256:") >= len(pinned)
    assert "://" not in lock
    stated = re.findall(
        r'^    "([A-Za-z0-9_.-]+)[><=\[]', (TOP / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    locked = {re.split("[=\\[]", entry)[0].lower().replace("_", "-") for entry in pinned}
    assert {name.lower().replace("_", "-") for name in stated} <= locked


@pytest.mark.skipif(not in_checkout(), reason="not a git checkout")
def test_no_large_file_is_tracked() -> None:
    assert [name for name in tracked_files() if (TOP / name).stat().st_size > 2_000_000] == []


def test_scraper_and_site_know_nothing_of_the_others() -> None:
    for package, forbidden in (
        ("gongkai_scraper", ("gongkai_build", "gongkai_site")),
        ("gongkai_site", ("gongkai_build", "gongkai_scraper")),
    ):
        for path in modules(package):
            assert not [name for name in imports(path) if name.startswith(forbidden)], path


def test_the_builder_reads_the_archive_through_one_module() -> None:
    for path in modules("gongkai_build"):
        if path.stem in TOP_FLOOR:
            continue
        for name in imports(path):
            if name.startswith("gongkai_scraper"):
                assert name.startswith("gongkai_scraper.archive"), f"{path}: {name}"
            if name.startswith("gongkai_site"):
                # The index is made in the folding in which the site asks for it.
                assert name.startswith("gongkai_site.chinese"), f"{path}: {name}"


def test_imports_of_the_builder_run_one_way() -> None:
    package = TOP / "build" / "gongkai_build"
    for path in modules("gongkai_build"):
        floor = path.relative_to(package).parts[0].removesuffix(".py")
        if floor == "__init__":
            continue
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "gongkai_build" and len(parts) > 1 and parts[1] in FLOORS:
                assert FLOORS.index(parts[1]) <= FLOORS.index(floor), f"{path.relative_to(TOP)} imports {name}"
