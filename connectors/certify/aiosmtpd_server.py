"""Our mails under a mail server that others wrote: `momentum doctor --mail` sends one, aiosmtpd says what it got."""

import email
import email.policy
import os
import socket
import subprocess

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from certificate import certify

TO = "ada@fabrikam.example"
PASSWORD = b"a passw\xc3\xb6rd: with /signs?"


class Inbox:
    """Keeps what arrives. `answers` are given to RCPT and DATA instead of yes, one after the other."""

    def __init__(self, rcpt=(), data=()):
        self.mails, self.rcpt, self.data = [], list(rcpt), list(data)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if self.data:
            return self.data.pop(0)
        self.mails.append((envelope, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"


def send(inbox, user="", **options):
    """Sends one mail to the inbox's server, and answers how the command ended and what it said."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        environment = {
            **os.environ,
            "MOMENTUM_SMTP_URL": f"smtp://{user}127.0.0.1:{port}",
            "MOMENTUM_SMTP_FROM": "Momentum at Fabrikam <momentum@fabrikam.example>",
            "MOMENTUM_BIND": "127.0.0.1:0",
        }
        command = [os.environ["MOMENTUM_BINARY"], "doctor", "--mail", TO]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout
    finally:
        controller.stop()


def delivered():
    """a mail arrives whole, with text and HTML"""
    inbox = Inbox()
    status, said = send(inbox)
    assert status == 0, said
    [(envelope, mail)] = inbox.mails
    assert envelope.mail_from == "momentum@fabrikam.example"
    assert envelope.rcpt_tos == [TO]
    assert mail["from"] == "Momentum at Fabrikam <momentum@fabrikam.example>"
    assert mail["subject"] == "A test from Momentum – it works"
    assert mail["message-id"].endswith("@fabrikam.example>")
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["date"].datetime.tzinfo is not None
    assert not mail.defects
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "Momentum can send mail" in mail.get_body(("plain",)).get_content()


def authenticated():
    """a server that wants a name and a password"""
    given = []

    def authenticate(_server, _session, _envelope, _mechanism, data):
        given.append((data.login, data.password))
        return AuthResult(success=True)

    inbox = Inbox()
    secret = "a%20passw%C3%B6rd%3A%20with%20%2Fsigns%3F"
    status, said = send(
        inbox, f"momentum:{secret}@", authenticator=authenticate, auth_required=True, auth_require_tls=False
    )
    assert status == 0, said
    assert given == [(b"momentum", PASSWORD)], given
    assert len(inbox.mails) == 1


def locked_out():
    """a wrong password says so"""
    refuse = lambda *_: AuthResult(success=False, handled=False)  # noqa: E731
    inbox = Inbox()
    status, said = send(inbox, "momentum:wrong@", authenticator=refuse, auth_required=True, auth_require_tls=False)
    assert status != 0 and "PROBLEM mail" in said, said
    assert "wrong" not in said.split("PROBLEM mail")[1].split("\n")[0].replace("wrong password", ""), said
    assert not inbox.mails


def no_such_mailbox():
    """550: the address is refused in the server's words"""
    status, said = send(Inbox(rcpt=["550 5.1.1 No such mailbox here"]))
    assert status != 0 and "No such mailbox here" in said, said


def busy():
    """451: it is said that trying again may help"""
    status, said = send(Inbox(data=["451 4.3.0 Greylisted, come back later"]))
    assert status != 0 and "not now (code 451)" in said, said


def junk():
    """554: the mail is refused in the server's words"""
    status, said = send(Inbox(data=["554 5.7.1 This looks like junk"]))
    assert status != 0 and "looks like junk" in said, said


certify("mail", "aiosmtpd", [delivered, authenticated, locked_out, no_such_mailbox, busy, junk])
