"""The house rules, held against the tree: what lies where, who imports whom, how long things are, what README says."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

PROJECT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {
    *("dashboard", "etl", "data", "tests", "seeds"),
    *("pyproject.toml", "README.md", "Makefile", "requirements.lock", "LICENSE", "CHANGELOG.md"),
}
NOT_OURS = {
    ".git",
    ".venv",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    "__pycache__",
    "data",
    "output",
}
SHIPPED = sorted([*PROJECT.glob("etl/**/*.py"), *PROJECT.glob("dashboard/**/*.py")])
LONGEST_FILE, LONGEST_FUNCTION = 300, 60


def name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name(path))


def imports(path: Path) -> set[str]:
    """The top-level packages that a module imports anywhere, in functions too."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(str(node.module).split(".")[0])
    return found


def readable_files() -> Iterator[tuple[str, str]]:
    for folder, folders, files in os.walk(PROJECT):
        folders[:] = set(folders) - NOT_OURS
        for path in (Path(folder, file) for file in files):
            try:
                yield name(path), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:  # a picture or weights: no prose to look through
                continue


# Structure


def test_top_level_holds_only_what_a_newcomer_should_meet():
    assert {path.name for path in PROJECT.iterdir() if not path.name.startswith(".")} <= TOP_LEVEL


def test_files_and_functions_stay_short():
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SHIPPED}
    functions = {
        f"{name(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in SHIPPED
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {what: lines for what, lines in lengths.items() if lines > LONGEST_FILE} == {}
    assert {what: lines for what, lines in functions.items() if lines > LONGEST_FUNCTION} == {}


def test_no_handler_catches_everything():
    broad = {"Exception", "BaseException"}
    found = [
        f"{name(path)}:{node.lineno}"
        for path in SHIPPED
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or broad & {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)})
    ]
    assert found == []


def test_every_file_to_download_is_given_without_drawing_the_page_again():
    """A page drawn again while its file is made throws the file away: the click gives nothing."""
    found = [
        f"{name(path)}:{node.lineno}"
        for path in SHIPPED
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "download_button"
        and not any(at.arg == "on_click" and getattr(at.value, "value", "") == "ignore" for at in node.keywords)
    ]  # fmt: skip
    assert found == []


# One way: seeds, etl, data, dashboard


def test_dashboard_imports_neither_etl_nor_spacy():
    assert [
        name(path)
        for path in SHIPPED
        if path.is_relative_to(PROJECT / "dashboard") and imports(path) & {"etl", "spacy"}
    ] == []


def test_etl_imports_neither_dashboard_nor_streamlit():
    assert [
        name(path)
        for path in SHIPPED
        if path.is_relative_to(PROJECT / "etl") and imports(path) & {"dashboard", "streamlit"}
    ] == []


def test_loading_the_dashboard_brings_in_neither_etl_nor_spacy():
    """Indirectly, that is. The router and the pages are scripts, so only the modules beside them are loaded."""
    modules = [
        f"dashboard.{path.stem}"
        for path in sorted((PROJECT / "dashboard").glob("*.py"))
        if path.stem not in {"app", "__init__"}
    ]
    assert modules, "the dashboard has no modules beside its router"
    code = f"import sys, {', '.join(modules)}; print(sorted({{'etl', 'spacy'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_each_side_has_one_reader_of_the_environment():
    readers = [name(path) for path in SHIPPED if reads_environment(tree(path))]
    assert [path for path in readers if path.startswith("etl/")] == ["etl/settings.py"]
    assert len([path for path in readers if path.startswith("dashboard/")]) <= 1, readers


def reads_environment(module: ast.Module) -> bool:
    names = {"environ", "environb", "getenv", "getenvb"}
    return any(
        (
            isinstance(node, ast.Attribute)
            and node.attr in names
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
        )
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and names & {alias.name for alias in node.names})
        for node in ast.walk(module)
    )


# Nothing of the machine it was written on


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a package index", r"(?:pypi|pythonhosted|npmjs|anaconda|debian)\.(?:org|com)\b"),
        ("an index option", r"--(?:extra-)?index-url[ =]\S|--find-links[ =]\S"),
        ("a path of one machine", r"(?<![\w.:/$}~-])/(?:work|tmp|root|home|opt|Users)/\w"),
    ],
    ids=["index", "option", "path"],
)
def test_no_file_names(what: str, pattern: str):
    found = [f"{path}: {hit[0]}" for path, text in readable_files() for hit in re.finditer(pattern, text)]
    assert found == [], f"{what} would tie the project to one place"


def test_lock_pins_every_package_with_hashes():
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all(re.match(r"[\w.-]+==\S+.*\\\n +--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    locked = {re.match(r"[\w.-]+", entry)[0] for entry in entries}
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(dependency for extra in project["optional-dependencies"].values() for dependency in extra),
    ]
    assert {re.match(r"[\w.-]+", dependency)[0].lower() for dependency in asked} <= locked


# Style and types


@pytest.mark.parametrize("arguments", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]], ids=" ".join)
def test_style_and_types(arguments: list[str]):
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


# The README


@pytest.fixture(scope="module")
def readme() -> str:
    return (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def commands() -> set[str]:
    module = importlib.import_module("etl.__main__")
    (application,) = [value for value in vars(module).values() if isinstance(value, typer.Typer)]
    return set(typer.main.get_command(application).commands)


@pytest.fixture(scope="module")
def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_readme_names_every_command_and_no_other(readme: str, commands: set[str]):
    assert set(re.findall(r"\bainews ([a-z][a-z-]*)", readme)) == commands


def test_readme_names_every_make_target_and_no_other(readme: str, targets: set[str]):
    code = " ".join(re.findall(r"`[^`]+`|^```.*?^```", readme, flags=re.MULTILINE | re.DOTALL))
    assert set(re.findall(r"\bmake ([a-z]+)", code)) == targets


def test_readme_names_everything_in_seeds(readme: str):
    entries = {path.name for path in (PROJECT / "seeds").iterdir() if not path.name.startswith(".")}
    assert {entry for entry in entries if entry not in readme} == set()


def test_files_that_the_readme_links_to_exist(readme: str):
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", readme) if "://" not in link]
    assert [link for link in links if not (PROJECT / link).exists()] == []


def test_first_screen_of_the_readme_holds_the_two_commands(readme: str):
    first_screen = "\n".join(readme.splitlines()[:40])
    assert "make app" in first_screen
    assert "make test" in first_screen
