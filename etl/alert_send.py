"""Telling people: a command, a webhook, a mail. Each says in words why it could not; none raises for what the other side does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict
from urllib.parse import SplitResult, unquote, urlsplit

from etl.alert_state import Message
from etl.settings import Settings, address_of

COMMAND_SECONDS, CONNECT_SECONDS, READ_SECONDS, MAIL_SECONDS = 30, 5, 15, 20
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

Send = Callable[[Settings, str, Message], str]  # see `send`


def channels_of(settings: Settings) -> tuple[str, ...]:
    """The channels that the settings know."""
    known = {
        "command": settings.alert_command,
        "webhook": settings.alert_webhook,
        "mail": settings.alert_mail,
    }
    return tuple(name for name, value in known.items() if value)


def send(settings: Settings, channel: str, message: Message) -> str:
    """Send a message by one channel; returns why it could not be sent, '' where it was."""
    if channel not in channels_of(settings):
        return f"alert_{channel} is not set in settings.toml"
    return _CHANNELS[channel](settings, message)


def as_plain(message: Message) -> str:
    """The message for people: the sentence, the first stories, the link."""
    stories = [
        f"- {story['day']} {story['source']}: {story['title']} {story['url'] or ''}".rstrip()
        for story in message.stories
    ]
    return "\n".join([f"{message.text}.", *stories, *filter(None, [message.link])]) + "\n"


def as_payload(message: Message) -> dict[str, object]:
    """The message for programs; `id` is the same where it is sent again, `text` is what chat services show."""
    payload = asdict(message)
    del payload["done"]
    return payload | {"text": as_plain(message).rstrip("\n"), "sentence": message.text}


def _command(settings: Settings, message: Message) -> str:
    """No shell: what a title holds is never a command. The standard output stays the run's alone."""
    try:
        called = subprocess.Popen(
            settings.alert_command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return f"alert_command can't be called ({getattr(error, 'strerror', None) or error})"
    with called:
        try:
            said = called.communicate(as_plain(message).encode(), timeout=COMMAND_SECONDS)[1].decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            os.killpg(called.pid, signal.SIGKILL)  # what it called, too: a pipe that they hold would keep us waiting
            return f"alert_command did not end within {COMMAND_SECONDS} s"
    why = "".join(f": {line[:200]}" for line in said.strip().splitlines()[-1:])
    return f"alert_command ended with {called.returncode}{why}" if called.returncode else ""


def _webhook(settings: Settings, message: Message) -> str:
    """The reason names the setting and never the address, which may be the secret itself."""
    url = address_of(settings.alert_webhook)
    if not url:
        return f"alert_webhook: {settings.alert_webhook} is not set in the environment"
    import requests

    body = json.dumps(as_payload(message), ensure_ascii=False, default=str).encode()
    headers, limits = {"Content-Type": "application/json"}, (CONNECT_SECONDS, READ_SECONDS)
    try:
        with requests.post(url, data=body, headers=headers, timeout=limits, stream=True) as answer:
            return "" if answer.ok else f"alert_webhook answered {answer.status_code}"
    except (requests.RequestException, UnicodeError) as error:
        return f"alert_webhook can't be reached ({type(error).__name__})"


def _mail(settings: Settings, message: Message) -> str:
    import smtplib

    server, problem = _server(settings)
    if server is None:
        return problem
    try:
        _hand_over(server, settings, message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return f"mail_server did not take the message ({type(error).__name__})"
    return ""


def _server(settings: Settings) -> tuple[SplitResult | None, str]:
    """Where mail goes, from "host:port" or an address with user and password; or what is wrong with that."""
    if not settings.mail_from:
        return None, "mail_from is not set in settings.toml"
    given = address_of(settings.mail_server)
    server = urlsplit(given if "://" in given else f"smtp://{given}")
    try:
        usable = bool(server.hostname and server.port) and server.scheme in ("smtp", "smtps")
    except ValueError:  # no number, or one that no port has
        usable = False
    return (server, "") if usable else (None, 'mail_server is no "host:port" nor smtps://user:password@host:port')


def _hand_over(server: SplitResult, settings: Settings, message: Message) -> None:
    import smtplib
    import ssl
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"] = settings.mail_from, settings.alert_mail
    mail["Subject"] = " ".join(message.text.split())
    mail["Message-ID"] = f"<{message.id}@ai-news-trends>"
    mail.set_content(as_plain(message))
    host, port = str(server.hostname), server.port or 0
    # The server's certificate must be right; only what stays on this machine may go without.
    context = ssl.create_default_context()
    smtp = (
        smtplib.SMTP_SSL(host, port, timeout=MAIL_SECONDS, context=context)
        if server.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=MAIL_SECONDS)
    )
    with smtp:
        smtp.ehlo()
        if server.scheme == "smtp" and host not in _LOOPBACK and smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        refused = smtp.send_message(mail)
    if refused:
        raise smtplib.SMTPRecipientsRefused(refused)


_CHANNELS: Mapping[str, Callable[[Settings, Message], str]] = {"command": _command, "webhook": _webhook, "mail": _mail}
