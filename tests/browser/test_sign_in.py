"""Signing in with a real OIDC provider on loopback: who is on the editors' list may write, anybody else may only read."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.desk import desk_stamp, read_entries
from tests.serving import free_port, serving
from tests.worlds import Story, World, publish

pytest.importorskip("authlib", reason="Authlib is missing: pip install -e '.[auth]'")
from tests.oidc_kit import CLIENT, SECRET, Provider, provider

PROJECT = Path(__file__).resolve().parents[2]
WORLD = World([Story(date(2024, 5, 6), ["agents"], title="Near", near=[("robots", 0.38, 0.4, False)])])


def secrets_of(held: Provider, port: int, folder: Path) -> Path:
    path = folder / "secrets.toml"
    path.write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{"c" * 40}"\n'
        f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
        f'server_metadata_url = "{held.issuer}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
    return path


def sign_in(page: Page, held: Provider, **person: object) -> None:
    held.person = person
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_listed_person_who_signs_in_may_write_and_nobody_else(browser: Browser, tmp_path: Path) -> None:
    desk, port = tmp_path / "desk", free_port()
    desk.mkdir()
    (desk / "editors.toml").write_text('editors = ["Ada@example.org"]\nreading = "signed-in"\n', encoding="utf-8")
    data = publish(WORLD, tmp_path / "data")
    with provider() as held:
        command = [
            sys.executable, "-m", "streamlit", "run", str(PROJECT / "dashboard" / "app.py"), "--server.port", str(port), "--server.address",
            "127.0.0.1", "--server.headless", "true", "--secrets.files", str(secrets_of(held, port, tmp_path)),
        ]  # fmt: skip
        env = os.environ | {"AINEWS_DATA": str(data), "AINEWS_DESK": str(desk)}
        with serving(command, port=port, log=tmp_path / "log.txt", env=env, cwd=PROJECT / "dashboard") as address:
            page = browser.new_context().new_page()
            page.goto(address)
            expect(page.get_by_text("Sign in to read these pages")).to_be_visible()
            assert page.get_by_text("AI News Trends · Stories to").count() == 0
            sign_in(page, held, email="eve@example.org", email_verified=True)
            expect(page.get_by_text("eve@example.org · may read")).to_be_visible()
            expect(page.get_by_text("Editors’ desk")).to_have_count(0)
            page.get_by_role("button", name="Sign out").click()
            sign_in(page, held, email="ada@example.org", email_verified=False)
            expect(page.get_by_text("ada@example.org · may read")).to_be_visible()
            page.get_by_role("button", name="Sign out").click()
            sign_in(page, held, email="ADA@example.org", email_verified=True)
            expect(page.get_by_text("ADA@example.org · may write")).to_be_visible()
            page.goto(f"{address}/corrections")
            expect(page.get_by_role("button", name="Right as it is")).to_be_visible()
            page.keyboard.press("a")
            expect(page.get_by_text("1 story looked at today")).to_be_visible()
            page.context.close()
    assert [(entry.by, entry.kind) for entry in read_entries(desk_stamp(desk)).entries] == [
        ("ada@example.org", "judgement")
    ]
