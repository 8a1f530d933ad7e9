"""The wheel carries all that an installed `ainews` needs, nothing else, and runs and serves away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import free_port, serving

PROJECT = Path(__file__).resolve().parents[1]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["wheel", ".", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder)]
    subprocess.run([*PIP, *build], cwd=PROJECT, check=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages and, in bin/, the command; dependencies come from the environment of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    options = ["--no-deps", "--no-index", "--no-compile", "--target", str(folder)]
    subprocess.run([*PIP, "install", *options, str(wheel)], check=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def elsewhere(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of somebody who installed the wheel: no checkout in sight, generated data in its own folder."""
    unset = {"AINEWS_DATA", "AINEWS_DESK", "AINEWS_SEEDS", "PYTHONPATH"}
    inherited = {key: value for key, value in os.environ.items() if key not in unset}
    return inherited | {"PYTHONPATH": str(installed), "AINEWS_DATA": str(tmp_path_factory.mktemp("installed-data"))}


@pytest.fixture(scope="module")
def published(installed: Path, elsewhere: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder after one `ainews run` of the installed command in a foreign folder."""
    done = ainews(installed, elsewhere, tmp_path_factory.mktemp("foreign"), "run")
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(elsewhere["AINEWS_DATA"])


def ainews(installed: Path, env: dict[str, str], cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(installed / "bin" / "ainews"), *arguments]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300)


def shipped(folder: str, inside: str) -> Iterator[str]:
    """The files of a folder of the checkout, under the names that the wheel gives them."""
    for path in (PROJECT / folder).rglob("*"):
        if path.is_file() and path.suffix not in {".pyc"}:
            yield f"{inside}/{path.relative_to(PROJECT / folder).as_posix()}"


def test_wheel_carries_exactly_the_packages_and_the_seeds(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
    expected = [*shipped("etl", "etl"), *shipped("dashboard", "dashboard"), *shipped("seeds", "etl/_seeds")]
    assert sorted(names) == sorted(expected)


def test_wheel_carries_what_is_not_python(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for needed in (
        "etl/sql/schema/",
        "dashboard/queries/",
        "dashboard/.streamlit/config.toml",
        "dashboard/static/outlines/world_110m.json",
        "dashboard/static/outlines/LICENSE.txt",
        "etl/_seeds/topics.toml",
    ):
        assert any(name.startswith(needed) for name in names), needed


def test_installed_command_lists_its_commands(installed: Path, elsewhere: dict[str, str], tmp_path: Path):
    done = ainews(installed, elsewhere, tmp_path, "--help")
    assert done.returncode == 0, done.stderr
    assert {"run", "app", "status"} <= set(done.stdout.split())


def test_installed_command_publishes_a_snapshot_from_its_own_seeds(published: Path):
    name = (published / "current").read_text(encoding="utf-8").strip()
    assert (published / "snapshots" / f"{name}.duckdb").is_file()


def test_installed_command_serves_what_it_published(
    installed: Path, elsewhere: dict[str, str], published: Path, tmp_path: Path
):
    port = free_port()
    command = [str(installed / "bin" / "ainews"), "app", "--port", str(port)]
    log = tmp_path / "output.txt"
    says = f"Dashboard at http://127.0.0.1:{port}"
    with (
        serving(command, port=port, log=log, env=elsewhere, cwd=tmp_path, says=says) as address,
        urllib.request.urlopen(address, timeout=10) as answer,
    ):
        assert answer.status == 200
    assert str(PROJECT) not in log.read_text(encoding="utf-8"), "it served the checkout, not what was installed"
