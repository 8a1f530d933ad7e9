"""A backup comes back whole or not at all, and nothing that people decided is overwritten."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from etl import backup as module
from etl.backup import back_up
from etl.errors import AinewsError, InputError, LockHeld
from etl.publish import current_name, current_snapshot, snapshot_path
from etl.restore import restore
from etl.settings import Settings
from etl.store.lock import writer_lock

AT = datetime(2024, 6, 2, 3)
DECISION = (
    b'{"v": 1, "id": "e1", "at": "2024-06-01T12:00:00Z", "by": "ada", "kind": "target", "story_id": null, "tag_id": "topic:chat", '
    b'"action": "set", "value": {}, "why": null, "undoes": null}'
)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def with_desk(published_snapshot: Settings) -> Settings:
    """A published snapshot and a desk folder with decisions, settings and a subfolder."""
    desk = published_snapshot.desk
    (desk / "reports").mkdir(parents=True)
    (desk / "corrections.jsonl").write_bytes(DECISION + b"\n")
    (desk / "settings.toml").write_text("keep_snapshots = 7\n")
    (desk / "reports" / "Juni ä.md").write_text("A report.")
    (desk / "corrections.jsonl.lock").touch()
    return published_snapshot


@pytest.fixture
def archive(with_desk: Settings, tmp_path: Path) -> Path:
    """A backup of that."""
    return back_up(with_desk, tmp_path / "kept.tar", at=AT).file


@pytest.fixture
def elsewhere(with_desk: Settings, tmp_path: Path) -> Settings:
    """Another machine: neither data nor desk folder."""
    return replace(with_desk, data=tmp_path / "new" / "data", desk=tmp_path / "new" / "desk")


# There and back


@pytest.mark.parametrize("name", ["kept.tar", "kept.tar.gz", "kept.tgz", "folder"])
def test_what_was_backed_up_comes_back(with_desk, elsewhere, tmp_path, name):
    (tmp_path / "folder").mkdir()
    done = back_up(with_desk, tmp_path / name, at=AT)
    assert (done.snapshot, done.desk_files) == (current_name(with_desk), 3)
    assert done.file == (tmp_path / name / f"ainews-{done.snapshot}.tar" if name == "folder" else tmp_path / name)
    assert done.file.stat().st_mode & 0o777 == 0o600
    assert (done.file.read_bytes()[:2] == b"\x1f\x8b") == name.endswith("gz")
    back = restore(elsewhere, done.file, replace_desk=False, at=AT)
    assert (back.snapshot, back.desk_files, back.moved_to) == (done.snapshot, 3, None)
    assert current_snapshot(elsewhere).read_bytes() == current_snapshot(with_desk).read_bytes()
    before = tree(with_desk.desk)
    del before["corrections.jsonl.lock"]
    assert tree(elsewhere.desk) == before
    assert (elsewhere.data / "runs.jsonl").read_bytes() == (with_desk.data / "runs.jsonl").read_bytes()
    assert sorted(path.name for path in elsewhere.data.iterdir()) == ["current", "lock", "runs.jsonl", "snapshots"]


def test_without_a_desk_folder_the_snapshot_is_backed_up_alone(published_snapshot, tmp_path):
    done = back_up(published_snapshot, tmp_path / "kept.tar", at=AT)
    assert done.desk_files == 0
    (published_snapshot.desk).mkdir()
    (published_snapshot.desk / "views.jsonl").write_text("")
    with pytest.raises(InputError, match="--replace-desk"):
        restore(published_snapshot, done.file, replace_desk=False, at=AT)
    restore(published_snapshot, done.file, replace_desk=True, at=AT)
    assert tree(published_snapshot.desk) == {"views.jsonl": b""}, "nothing takes its place, so it stays"


def test_what_is_being_written_at_that_moment_is_left_out_and_a_whole_line_stays(with_desk, elsewhere, tmp_path):
    (with_desk.desk / "views.jsonl").write_bytes(DECISION + b"\n" + DECISION)
    with (with_desk.desk / "corrections.jsonl").open("ab") as file:
        file.write(DECISION[:20])
    restore(elsewhere, back_up(with_desk, tmp_path / "kept.tar", at=AT).file, replace_desk=False, at=AT)
    assert tree(elsewhere.desk)["corrections.jsonl"] == DECISION + b"\n"
    assert tree(elsewhere.desk)["views.jsonl"] == DECISION + b"\n" + DECISION


def test_a_backup_is_taken_while_a_run_holds_the_lock_and_deletes_the_snapshot(
    with_desk, elsewhere, tmp_path, monkeypatch
):
    name = current_name(with_desk)
    real = module._open_snapshot

    def open_then_lose(settings: Settings) -> object:
        found = real(settings)
        snapshot_path(settings, name).rename(tmp_path / "pruned.duckdb")
        (tmp_path / "pruned.duckdb").unlink()
        return found

    monkeypatch.setattr(module, "_open_snapshot", open_then_lose)
    with writer_lock(with_desk):
        done = back_up(with_desk, tmp_path / "kept.tar", at=AT)
    assert restore(elsewhere, done.file, replace_desk=False, at=AT).snapshot == name


# The desk folder


def test_a_desk_that_holds_something_is_left_alone(archive, with_desk):
    (with_desk.desk / "corrections.jsonl").write_bytes(DECISION * 2)
    before = tree(with_desk.data)
    with pytest.raises(
        InputError, match="the desk folder holds something, and nothing was restored; `--replace-desk` moves it"
    ):
        restore(with_desk, archive, replace_desk=False, at=AT)
    assert tree(with_desk.data) == before


def test_a_replaced_desk_is_moved_aside_never_deleted(archive, with_desk):
    for number, aside in enumerate(("desk.before-20240602T030000Z", "desk.before-20240602T030000Z-2")):
        (with_desk.desk / f"new-{number}.jsonl").write_bytes(DECISION)
        before = tree(with_desk.desk)
        done = restore(with_desk, archive, replace_desk=True, at=AT)
        assert done.moved_to == with_desk.desk.with_name(aside)
        assert tree(done.moved_to) == before
        assert f"new-{number}.jsonl" not in tree(with_desk.desk)


def test_an_empty_desk_is_no_obstacle_and_a_log_of_runs_stays(archive, elsewhere):
    elsewhere.desk.mkdir(parents=True)
    elsewhere.data.mkdir(parents=True)
    (elsewhere.data / "runs.jsonl").write_text("{}\n")
    assert restore(elsewhere, archive, replace_desk=False, at=AT).moved_to is None
    assert (elsewhere.data / "runs.jsonl").read_text() == "{}\n"


def test_an_archive_inside_the_desk_folder_would_hold_itself(with_desk):
    with pytest.raises(InputError, match="would lie in the desk folder"):
        back_up(with_desk, with_desk.desk, at=AT)


# Archives that are not ours


Members = dict[str, bytes]


@pytest.fixture
def forged(archive: Path, tmp_path: Path) -> Callable[..., Path]:
    """The archive with members changed; `members` maps names to contents, `seal` writes a manifest that fits."""

    def forge(change: Callable[[Members], None], *, seal: bool = False, extra: tarfile.TarInfo | None = None) -> Path:
        with tarfile.open(archive) as tar:
            members = {member.name: tar.extractfile(member).read() for member in tar}
        change(members)
        if seal:
            manifest = json.loads(members["manifest.json"])
            manifest["sha256"] = {
                name: hashlib.sha256(content).hexdigest()
                for name, content in members.items()
                if name != "manifest.json"
            }
            members["manifest.json"] = json.dumps(manifest).encode()
        path = tmp_path / "forged.tar"
        with tarfile.open(path, "w") as tar:
            if extra is not None:
                tar.addfile(extra)
            for name, content in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
        return path

    return forge


def refused(settings: Settings, file: Path, match: str, error: type[AinewsError] = InputError) -> None:
    """Nothing is restored, and nothing left."""
    with pytest.raises(error, match=match):
        restore(settings, file, replace_desk=True, at=AT)
    assert sorted(path.name for path in settings.data.parent.rglob("*")) in (["data", "lock"], ["data"])


@pytest.mark.parametrize(
    "name",
    ["../escaped", "/absolute", "desk/../../escaped", "desk//double", "desk/./dot", "desk", "other/file", "snapshots/x.duckdb",
     "snapshots/20240601T120000Z-00000000.duckdb/deeper", "lock", "desk/.."],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(forged, elsewhere, tmp_path, name):
    refused(elsewhere, forged(lambda members: members.update({name: b"x"}), seal=True), "which no backup does")
    assert not (tmp_path / "escaped").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_links_and_devices_are_refused(forged, elsewhere, kind):
    extra = tarfile.TarInfo("desk/link")
    extra.type, extra.linkname = kind, "/etc/passwd"
    refused(elsewhere, forged(lambda members: None, extra=extra), "holds 'desk/link', which no backup does")


def test_a_name_twice_is_refused(forged, elsewhere):
    refused(elsewhere, forged(lambda members: None, extra=tarfile.TarInfo("desk/settings.toml")), "desk/settings.toml")


def flip(members: Members) -> None:
    members["desk/settings.toml"] = b"keep_snapshots = 8\n"


def test_changed_missing_and_added_files_are_named(forged, elsewhere):
    refused(elsewhere, forged(flip), r"desk/settings.toml is not what was backed up")
    refused(elsewhere, forged(lambda members: members.pop("runs.jsonl")), "runs.jsonl is not what was backed up")
    refused(
        elsewhere, forged(lambda members: members.update({"desk/more": b""})), "desk/more is not what was backed up"
    )
    refused(elsewhere, forged(lambda members: members.pop("manifest.json")), "it has no manifest")
    refused(elsewhere, forged(lambda members: members.update({"manifest.json": b"[]"})), "it has no manifest")


def test_a_format_of_later_is_named(forged, elsewhere):
    def later(members: Members) -> None:
        members["manifest.json"] = members["manifest.json"].replace(b'"format": 1', b'"format": 2')

    refused(elsewhere, forged(later), "the backup has format 2; restore it with the version that made it")


def test_a_snapshot_that_does_not_open_is_refused_though_its_hash_fits(forged, elsewhere):
    def spoil(members: Members) -> None:
        (name,) = [name for name in members if name.startswith("snapshots/")]
        members[name] = b"no database"

    refused(elsewhere, forged(spoil, seal=True), "the snapshot in it is damaged")


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.98])
@pytest.mark.parametrize("name", ["kept.tar", "kept.tar.gz"])
def test_half_an_archive_is_refused(with_desk, elsewhere, tmp_path, name, part):
    file = back_up(with_desk, tmp_path / name, at=AT).file
    content = file.read_bytes()
    end = len(content.rstrip(b"\0"))  # an archive ends in zeros that nobody needs
    file.write_bytes(content[: int(end * part)])
    refused(elsewhere, file, "can't be read|no manifest|is not what was backed up")


def test_no_archive_at_all_is_said(elsewhere, tmp_path):
    refused(elsewhere, tmp_path / "nowhere.tar", "there is no such file")
    (tmp_path / "text.tar").write_text("no archive " * 200)
    refused(elsewhere, tmp_path / "text.tar", r"the archive can't be read \([^\n]*\); use another backup")
    (tmp_path / "folder").mkdir()
    refused(elsewhere, tmp_path / "folder", "there is no such file")


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_a_damaged_packed_archive_is_refused_wherever_it_is_hit(with_desk, elsewhere, tmp_path, place):
    """Each damage is named as one: a full disk is not what is wrong."""
    (with_desk.desk / "notes.txt").write_text("A line that packs well. " * 2000)
    file = back_up(with_desk, tmp_path / "kept.tar.gz", at=AT).file
    content = bytearray(file.read_bytes())
    content[2 + place * (len(content) - 10) // 100] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(InputError):
        restore(elsewhere, file, replace_desk=True, at=AT)
    assert not (elsewhere.data / "current").exists()


def test_an_archive_packed_in_another_way_is_refused(elsewhere, tmp_path):
    file = tmp_path / "kept.tar.xz"
    with tarfile.open(file, "w:xz") as tar:
        tar.addfile(tarfile.TarInfo("manifest.json"))
    refused(elsewhere, file, "the archive can't be read")


def test_a_restore_beside_a_run_waits_its_turn(archive, elsewhere):
    with writer_lock(elsewhere), pytest.raises(LockHeld):
        restore(elsewhere, archive, replace_desk=False, at=AT)


# Full disks


def full(*_arguments: object, **_options: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("what", ["etl.backup.flush", "etl.backup._Archive.add_bytes", "etl.backup.os.replace"])
def test_a_full_disk_leaves_the_former_backup_as_it_was(with_desk, archive, monkeypatch, what):
    before = archive.read_bytes()
    monkeypatch.setattr(what, full)
    with pytest.raises(AinewsError, match="No space left on device; make room"):
        back_up(with_desk, archive, at=AT)
    assert archive.read_bytes() == before
    assert [path.name for path in archive.parent.iterdir() if path.name.startswith(".")] == []


def test_a_target_that_can_not_be_written_is_said(with_desk, tmp_path):
    with pytest.raises(InputError, match=r"nowhere: there is no such folder; make it, or name another place"):
        back_up(with_desk, tmp_path / "nowhere" / "kept.tar", at=AT)


@pytest.mark.parametrize("what", ["etl.restore.shutil.copyfileobj", "etl.restore.shutil.copytree", "etl.restore.flush"])
def test_a_full_disk_restores_nothing_half(archive, elsewhere, monkeypatch, what):
    with monkeypatch.context() as patch:
        patch.setattr(what, full)
        refused(
            elsewhere, archive, "No space left on device; make room or grant access, then restore again", AinewsError
        )
    assert restore(elsewhere, archive, replace_desk=False, at=AT).snapshot == current_name(elsewhere)


def test_a_restored_snapshot_is_the_base_of_the_next_run(archive, with_desk, run_small):
    shutil.rmtree(with_desk.data)
    restore(with_desk, archive, replace_desk=False, at=AT)
    assert not run_small().published, "nothing is new"
    with duckdb.connect(str(current_snapshot(with_desk)), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM story").fetchall() == [(5,)]
