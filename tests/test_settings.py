"""Where folders are, and what the settings files may say."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from etl import settings as module
from etl.errors import InputError
from etl.settings import child_environment, day_in_zone, default_data, default_seeds, load_settings


@pytest.fixture
def with_desk(empty_data: module.Settings):
    """Load the small seeds' settings overlaid by this text in the desk folder."""

    def load(text: str) -> module.Settings:
        empty_data.desk.mkdir(parents=True, exist_ok=True)
        (empty_data.desk / "settings.toml").write_text(text, encoding="utf-8")
        return load_settings({"AINEWS_SEEDS": str(empty_data.seeds), "AINEWS_DATA": str(empty_data.data)})

    return load


def test_checkout_keeps_data_beside_the_code():
    settings = load_settings({})
    root = Path(module.__file__).parents[1]
    assert (settings.seeds, settings.data, settings.desk) == (root / "seeds", root / "data", root / "data" / "desk")


def test_installed_package_uses_its_own_seeds_and_the_users_data_folder(tmp_path: Path, monkeypatch):
    package = tmp_path / "site-packages" / "etl"
    shutil.copytree(module.default_seeds(), package / "_seeds")
    monkeypatch.setattr(module, "PACKAGE", package)
    assert default_seeds() == package / "_seeds"
    assert default_data({"XDG_DATA_HOME": "/elsewhere"}) == Path("/elsewhere/ai-news-trends")
    assert default_data({"XDG_DATA_HOME": ""}) == Path.home() / ".local" / "share" / "ai-news-trends"


def test_desk_folder_can_stand_elsewhere(empty_data, tmp_path: Path):
    where = {
        "AINEWS_SEEDS": str(empty_data.seeds),
        "AINEWS_DATA": str(tmp_path / "d"),
        "AINEWS_DESK": str(tmp_path / "k"),
    }
    assert load_settings(where).desk == tmp_path / "k"


def test_empty_variable_counts_as_unset(empty_data):
    where = {"AINEWS_SEEDS": str(empty_data.seeds), "AINEWS_DATA": str(empty_data.data), "AINEWS_DESK": ""}
    assert load_settings(where).desk == empty_data.data / "desk"


def test_desk_settings_override_entry_by_entry(with_desk):
    settings = with_desk("keep_snapshots = 9\n")
    assert (settings.keep_snapshots, settings.threads) == (9, 1)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("keep_snapshots = 0", "keep_snapshots"),
        ("keep_snapshots = true", "keep_snapshots"),
        ('threads = "2"', "threads"),
        ('time_zone = "Mars/Olympus"', "time_zone"),
        ("time_zone = 1", "time_zone"),
        ('memory_limit = "lots"', "memory_limit"),
        ("max_shrink = 2", "max_shrink"),
        ("max_growth = 1.0", "max_growth"),
        ("keep_snapshot = 5", "keep_snapshot"),
    ],
)
def test_unusable_entry_is_named_with_its_file(with_desk, text: str, entry: str):
    with pytest.raises(InputError, match=rf"desk/settings\.toml:{entry}: .*; (give|use) "):
        with_desk(text)


def test_broken_settings_file_is_named(with_desk):
    with pytest.raises(InputError, match=r"desk/settings\.toml: no valid TOML"):
        with_desk("keep_snapshots = ")


def test_settings_file_that_can_not_be_read_is_named(empty_data):
    path = empty_data.seeds / "settings.toml"
    path.write_bytes(b"# caf\xe9\n")
    with pytest.raises(InputError, match=r"settings\.toml:byte 6: the file is not UTF-8; save it as UTF-8"):
        load_settings({"AINEWS_SEEDS": str(empty_data.seeds)})
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match=r"settings\.toml: the file can't be read \(Is a directory\)"):
        load_settings({"AINEWS_SEEDS": str(empty_data.seeds)})


def test_missing_entry_of_the_seeds_is_named(empty_data):
    (empty_data.seeds / "settings.toml").write_text("threads = 1\n")
    with pytest.raises(InputError, match=r"settings\.toml:alert_command: the entry is missing; add it"):
        load_settings({"AINEWS_SEEDS": str(empty_data.seeds)})


def test_missing_settings_file_and_folder_are_named(empty_data, tmp_path: Path):
    (empty_data.seeds / "settings.toml").unlink()
    with pytest.raises(InputError, match=r"settings\.toml: the file is missing; restore it"):
        load_settings({"AINEWS_SEEDS": str(empty_data.seeds)})
    with pytest.raises(InputError, match=r"the seeds folder does not exist; set AINEWS_SEEDS"):
        load_settings({"AINEWS_SEEDS": str(tmp_path / "nowhere")})


def test_zone_says_which_day_a_moment_is_on():
    moment = datetime(2024, 6, 1, 23, 30)
    assert day_in_zone(moment, "UTC") == date(2024, 6, 1)
    assert day_in_zone(moment, "Europe/Berlin") == date(2024, 6, 2)
    assert day_in_zone(moment, "America/New_York") == date(2024, 6, 1)


def test_child_process_finds_the_same_folders(empty_data):
    child = child_environment(empty_data, {"PYTHONPATH": "there", "HOME": "h"})
    assert (child["AINEWS_DATA"], child["AINEWS_SEEDS"]) == (str(empty_data.data), str(empty_data.seeds))
    assert child["PYTHONPATH"].endswith(":there")
    assert child["HOME"] == "h"
