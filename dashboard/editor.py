"""Who may write to the desk folder: a person who signed in and is on the editors' list, or the one who is named on a machine of one's own.

`editors.toml` of the desk folder holds `editors = ["ada@example.org"]` and, where reading needs signing in too, `reading = "signed-in"`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.snapshot import desk_folder, editor_name

LIST = "editors.toml"
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")  # what a proxy adds for its own readers


class NotAllowed(Exception):
    """Nothing was written, because whoever asked for it is no editor."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The editors' addresses in lower case, whether reading needs signing in, and what is wrong with the file ('' for nothing)."""

    editors: frozenset[str] = frozenset()
    closed: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may write (None: nobody), whether the page may be read, and what a reader should know of both, '' for nothing."""

    editor: str | None = None
    may_read: bool = True
    said: str = ""


def editor() -> str | None:
    """Return the name of the person who may write here, else None: the e-mail address of a signed-in editor, or the name given by
    `ainews app --editor`."""
    return access().editor


def need_editor() -> str:
    """Return the name of the person who may write. Raises NotAllowed: a page calls this again before each write."""
    name = editor()
    if name is None:
        raise NotAllowed("You may not write here, so nothing was saved: sign in as an editor.")
    return name


def access() -> Access:
    """Return what whoever asks for this page may do."""
    address = st.get_option("server.address")
    local = _is_loopback(str(address or "")) and asked_locally(st.context.headers)
    return access_of(editor_name(), local=local, user=dict(st.user.to_dict()), rules=rules(desk_folder()))


def access_of(named: str, *, local: bool, user: Mapping[str, Any], rules: Rules) -> Access:
    """Return what somebody may do. `named` is who writes on a machine of one's own, `local` whether it is asked by that machine alone;
    `user` is what the sign-in says, empty where there is none."""
    signs_in, signed_in = "is_logged_in" in user, user.get("is_logged_in") is True
    closed = rules.closed or (signs_in and bool(rules.problem))
    may_read = signed_in or not closed
    email = str(user.get("email") or "").strip().lower()
    if signed_in and user.get("email_verified", True) is True and email and email in rules.editors:
        return Access(email, may_read)
    if named and local:
        return Access(named, may_read or not signs_in, rules.problem)
    return Access(None, may_read, rules.problem or (REFUSED if named else ""))


REFUSED = (
    "An editor is named for this server, and others than this machine can reach it, so nobody may write. Serve it on 127.0.0.1, "
    "or let editors sign in."
)


def rules(folder: Path) -> Rules:
    """Read the editors' list; nobody is on one that is not there or can't be read."""
    path = folder / LIST
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Rules()
    except (OSError, ValueError) as error:
        return Rules(problem=f"{LIST} of the desk folder can’t be read, so nobody who signs in may write: {error}")
    editors, reading = found.get("editors", []), found.get("reading", "open")
    if not isinstance(editors, list) or not all(isinstance(one, str) and "@" in one for one in editors):
        return Rules(problem=f'{LIST} of the desk folder needs e-mail addresses: editors = ["ada@example.org"].')
    if reading not in ("open", "signed-in"):
        return Rules(problem=f'{LIST} of the desk folder says `reading`, which is "open" or "signed-in".')
    return Rules(frozenset(one.strip().lower() for one in editors), reading == "signed-in")


def asked_locally(headers: Mapping[str, str]) -> bool:
    """Return whether a request comes straight from this machine: behind a proxy everybody would seem to. A name that is not this
    machine's own may be one that a stranger's page leads here."""
    given = {name.lower(): value for name, value in headers.items()}
    host = given.get("host", "localhost").strip()
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return not any(name in given for name in FORWARDED) and _is_loopback(name)


def _is_loopback(address: str) -> bool:
    if address.lower() == "localhost":
        return True
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
