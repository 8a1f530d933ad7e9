"""Who may write: nobody unless named on a machine of one's own, or signed in and on the editors' list."""

from __future__ import annotations

import pytest
import typer

from dashboard.editor import Access, Rules, access_of, asked_locally, rules
from etl.commands.reading import editor_of

ADA = {"is_logged_in": True, "email": "Ada@Example.org"}
LISTED = Rules(frozenset({"ada@example.org"}))


@pytest.mark.parametrize(
    ("named", "local", "user", "listed", "editor"),
    [
        ("", True, {}, LISTED, None),
        ("bo", True, {}, Rules(), "bo"),
        ("bo", False, {}, Rules(), None),
        ("", False, ADA, LISTED, "ada@example.org"),
        ("", False, ADA, Rules(frozenset({"eve@example.org"})), None),
        ("", False, ADA | {"email_verified": False}, LISTED, None),
        ("", False, ADA | {"email_verified": "true"}, LISTED, None),
        ("", False, ADA | {"is_logged_in": False}, LISTED, None),
        ("", False, {"is_logged_in": True, "email": None}, Rules(frozenset({""})), None),
        ("bo", True, ADA, LISTED, "ada@example.org"),
        ("bo", False, ADA | {"is_logged_in": "yes"}, LISTED, None),
    ],
)
def test_who_may_write(named, local, user, listed, editor):
    found = access_of(named, local=local, user=user, rules=listed)
    assert found.editor == editor
    assert found.may_read


def test_a_named_editor_where_others_can_reach_the_server_is_refused_aloud():
    assert "nobody may write" in access_of("bo", local=False, user={}, rules=Rules()).said
    assert access_of("", local=False, user={}, rules=Rules()) == Access()


def test_reading_can_need_signing_in_and_a_list_that_cant_be_read_opens_nothing():
    closed = Rules(LISTED.editors, closed=True)
    out = {"is_logged_in": False}
    assert [access_of("", local=False, user=user, rules=closed).may_read for user in (out, {}, ADA)] == [
        False,
        False,
        True,
    ]
    broken = Rules(problem="broken")
    assert access_of("", local=False, user=out, rules=broken) == Access(None, False, "broken")
    assert access_of("", local=False, user=ADA, rules=broken).editor is None


@pytest.mark.parametrize(
    ("headers", "local"),
    [
        ({}, True),
        ({"Host": "localhost:8501"}, True),
        ({"Host": "127.0.0.1"}, True),
        ({"Host": "[::1]:8501"}, True),
        ({"Host": "news.example.org"}, False),
        ({"Host": "192.168.1.7:8501"}, False),
        ({"Host": "localhost.evil.example"}, False),
        ({"Host": "localhost:8501", "X-Forwarded-For": "203.0.113.5"}, False),
        ({"Host": "localhost", "Forwarded": "for=203.0.113.5"}, False),
    ],
)
def test_a_proxy_or_a_strangers_name_is_not_this_machine(headers, local):
    assert asked_locally(headers) is local


@pytest.mark.parametrize(
    ("text", "editors", "problem"),
    [
        ('editors = [" Ada@Example.org"]', {"ada@example.org"}, ""),
        ("", set(), ""),
        ("editors = ", set(), "can’t be read"),
        ('editors = "ada@example.org"', set(), "needs e-mail addresses"),
        ("editors = [1]", set(), "needs e-mail addresses"),
        ('editors = ["*"]', set(), "needs e-mail addresses"),
        ('editors = ["a@b"]\nreading = "no"', set(), "reading"),
    ],
)
def test_the_list_of_editors(tmp_path, text, editors, problem):
    (tmp_path / "editors.toml").write_text(text, encoding="utf-8")
    found = rules(tmp_path)
    assert found.editors == editors
    assert problem in found.problem
    assert bool(found.problem) is bool(problem)


def test_without_a_list_nobody_is_on_it(tmp_path):
    assert rules(tmp_path) == Rules()


def test_the_command_takes_a_name_on_loopback_alone():
    assert editor_of("  Ada  Lovelace ", address="127.0.0.1") == "Ada Lovelace"
    assert editor_of("Ada", address="::1") == editor_of("Ada", address="localhost") == "Ada"
    assert editor_of(None, address="0.0.0.0") is None
    for address in ("0.0.0.0", "::", "192.168.1.7", "news.example.org"):
        with pytest.raises(typer.BadParameter, match="could write under that name"):
            editor_of("Ada", address=address)
    for name in ("", "  ", "a\nb", "x" * 101):
        with pytest.raises(typer.BadParameter, match="give a name"):
            editor_of(name, address="127.0.0.1")
