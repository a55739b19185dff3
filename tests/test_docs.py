"""What the documents say exists: commands and options, files, tables, targets of the Makefile."""

import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
import yaml

from gongkai_build.cli import main
from gongkai_build.forms import load_parties
from gongkai_build.reading.values import Value
from gongkai_build.resources import definition

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path
    for folder in (".", "docs", "benchmarks", "samples", "scraper", "build")
    for path in (ROOT / folder).glob("*.md" if folder in (".", "docs", "benchmarks", "samples") else "**/*.md")
)
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
IMAGES = ROOT / "docs" / "images"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ ", re.MULTILINE)
# A path from the root of somebody's machine, and not an address or the path of a page.
MACHINE_PATH = re.compile(r"(?<![\w.:/*}-])/(?:home|root|Users|work|mnt|opt)/[\w.-]+")
REGISTRY = re.compile(
    r"files\.pythonhosted\.org|pypi\.org/simple|--(?:extra-)?index-url\s*\S|registry\.npmjs|artifactory|\bnexus\b",
    re.IGNORECASE,
)


def prose(text: str) -> str:
    return FENCE.sub("", text)


def commands(text: str) -> Iterator[str]:
    """Every use of `gongkai` in code, and every `make` target, without comments."""
    lines = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
    for code in [*lines, *SPAN.findall(prose(text))]:
        code = code.removeprefix("$ ").removeprefix(".venv/bin/").strip()
        if code.startswith(("gongkai ", "make ")):
            yield re.sub(r"\s#.*", "", code).strip()


def options(command: click.Command) -> set[str]:
    named = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return named | {"--help"}


def all_commands(command: click.Command) -> Iterator[click.Command]:
    """A command and, of a group, all below it."""
    yield command
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from all_commands(below)


def wrong_in(use: str) -> list[str]:
    """What in a use of the command does not exist."""
    words = shlex.split(use)[1:]
    group = [word for word in words if not word.startswith("-")]
    command: click.Command = main
    if group and group[0] != "COMMAND":
        if group[0] not in main.commands:
            return [f"there is no command {group[0]}"]
        command = main.commands[group[0]]
        if isinstance(command, click.Group) and len(group) > 1 and "…" not in group[1]:
            if group[1] not in command.commands:
                return [f"there is no command {group[0]} {group[1]}"]
            command = command.commands[group[1]]
    given = [word.partition("=")[0] for word in words if word.startswith("-")]
    return [f"{command.name} has no option {option}" for option in given if option not in options(command)]


def table_rows(text: str) -> Iterator[tuple[str, list[str]]]:
    """Rows of a table of commands: the use in the first cell, and the options named in the rest."""
    for line in prose(text).splitlines():
        if line.startswith("| `gongkai "):
            use, *rest = SPAN.findall(line)
            yield use, [span for span in rest if span.startswith("--")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_command_and_option_in_the_documents_exists(document: Path) -> None:
    uses = [use for use in commands(document.read_text(encoding="utf-8")) if use.startswith("gongkai ")]
    assert {use: wrong_in(use) for use in uses if wrong_in(use)} == {}


@pytest.mark.parametrize("document", READMES, ids=lambda path: path.name)
def test_the_table_of_commands_is_complete_and_its_options_exist(document: Path) -> None:
    rows = list(table_rows(document.read_text(encoding="utf-8")))
    assert sorted(use.split()[1] for use, _ in rows) == sorted(main.commands)
    for use, named in rows:
        command = main.commands[use.split()[1]]
        wrong = [option for option in named if option.split()[0] not in options(command)]
        assert wrong == [], use


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_option_named_alone_belongs_to_some_command(document: Path) -> None:
    # Other programs have options too: only spans that hold nothing but an option count, and only those of ours may stand so.
    known = {option for command in all_commands(main) for option in options(command)}
    spans = [span.split()[0] for span in SPAN.findall(prose(document.read_text(encoding="utf-8"))) if span[:2] == "--"]
    assert set(spans) <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_make_target_in_the_documents_exists(document: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {use.split()[1] for use in commands(document.read_text(encoding="utf-8")) if use.startswith("make ")}
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    targets = [
        unquote(target.partition("#")[0]) for target in LINK.findall(prose(document.read_text(encoding="utf-8")))
    ]
    paths = [(document.parent / target).resolve() for target in targets if target and not re.match(r"[a-z]+:", target)]
    missing = [path for path in paths if not path.exists() and not (path.parent == IMAGES and not IMAGES.exists())]
    assert missing == []
    assert all(path.is_relative_to(ROOT) for path in paths)


def test_the_data_model_names_every_table_key_and_status() -> None:
    text = (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| ((?:`\w+`(?:, )?)+) \|$", text, re.MULTILINE))
    resources = json.loads(definition("datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert {name: re.findall(r"\w+", key) for name, key in rows.items()} == {
        resource["name"]: resource["schema"]["primaryKey"] for resource in resources
    }
    figures = next(resource for resource in resources if resource["name"] == "figures")
    fields = {field["name"]: field for field in figures["schema"]["fields"]}
    for status in fields["status"]["constraints"]["enum"]:
        assert f"| `{status}` |" in text
        assert all(f"| `{status}` |" in readme.read_text(encoding="utf-8") for readme in READMES)
    assert all(f"`{party.party}` {party.label}" in text for party in load_parties())


def test_the_page_on_reading_explains_every_kind_of_issue() -> None:
    text = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `(\w+)` \|", text.partition("## Issues\n")[2], re.MULTILINE)
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "build").glob("**/*.py")]
    kinds = {kind for source in sources for kind in re.findall(r'\bIssue\(\s*"(\w+)"', source)}
    notes = set(re.findall(r"`(\w+)`", Value.__doc__ or "")) - {"note"}
    assert kinds
    assert notes
    assert sorted(explained) == sorted(kinds | notes)


def test_both_readmes_begin_with_the_two_commands_and_have_the_same_shape() -> None:
    english, chinese = (readme.read_text(encoding="utf-8") for readme in READMES)
    for text in (english, chinese):
        uses = list(commands(text))
        assert uses[:2] == ["make site", "make test"]
        assert "http://127.0.0.1:8001/" in text
    assert len(HEADING.findall(prose(english))) == len(HEADING.findall(prose(chinese)))
    assert [code for kind, code in FENCE.findall(english) if kind == "sql"] == [
        code for kind, code in FENCE.findall(chinese) if kind == "sql"
    ]
    # Links to each other, and to the same files otherwise.
    others = [
        {target.replace(".zh.", ".") for target in LINK.findall(prose(text))} - {"README.md"}
        for text in (english, chinese)
    ]
    assert others[0] == others[1]


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    package = json.loads(definition("datapackage.json").read_text(encoding="utf-8"))
    assert citation["version"] == project["version"] == package["version"]
    assert citation["license"] == package["licenses"][0]["name"]
    assert f"## [{project['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version {project['version']}" in (ROOT / "LICENSE-DATA.md").read_text(encoding="utf-8")


def test_no_file_tells_where_it_was_made_or_where_packages_come_from() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("this is no checkout: which files belong to the project is not known")
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path == Path(__file__) or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {match[0]}" for pattern in (MACHINE_PATH, REGISTRY) for match in pattern.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("`gongkai build --archive a --out b`", []),
        ("`gongkai bild`", ["there is no command bild"]),
        ("```sh\n.venv/bin/gongkai read x --jsn   # comment --nothing\n```", ["read has no option --jsn"]),
        ("`gongkai COMMAND --help`", []),
    ],
)
def test_what_does_not_exist_is_found(text: str, told: list[str]) -> None:
    assert [problem for use in commands(text) for problem in wrong_in(use)] == told


@pytest.mark.parametrize("text", ["see /home/somebody/x", "in '/" + "work/main/y'", "--index-url https://example.org/"])
def test_machine_paths_and_registries_are_found(text: str) -> None:
    assert MACHINE_PATH.search(text) or REGISTRY.search(text)
