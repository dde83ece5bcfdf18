"""Mail to a real server, to one that refuses, and to one that never answers."""

import email
import email.policy
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.clinic import TUESDAY
from wellbeing.services import mail
from wellbeing.services.mail import Mail, MailNotSentError, Trouble
from wellbeing.settings import SettingsError, read_settings

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FROM = "wellbeing@example.org"
HELLO = Mail(to="peer@example.org", subject="Über lunch", text="Hello.\n.\nÄ line")


class Caught:
    """What a mail server was handed."""

    def __init__(self, refuse: str = "") -> None:
        self.refuse = refuse
        self.mails: list[EmailMessage] = []
        self.wishes: list[tuple[str, list[str]]] = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (aiosmtpd's)
        if self.refuse:
            return self.refuse
        self.wishes.append((envelope.mail_from, envelope.rcpt_tos))
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(parsed)
        return "250 taken"


@pytest.fixture
def start() -> Iterator:
    """Return what starts a mail server; it ends with the test."""
    running = []

    def begin(handler, **options):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(handler, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return port

    yield begin
    for controller in running:
        controller.stop()


def with_mail(ctx, url, **other):
    settings = ctx.settings.model_copy(
        update={"smtp_url": url, "mail_from": FROM, **other}
    )
    return replace(ctx, settings=settings)


def trouble(ctx, sent=HELLO):
    with pytest.raises(MailNotSentError) as refused:
        mail.send(ctx, sent)
    return refused.value.trouble


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A key and a certificate of this machine, which signs itself."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(TUESDAY - timedelta(days=3650))
        .not_valid_after(TUESDAY + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def server_side(certificate):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    return tls


@ON_SQLITE
def test_a_mail_arrives_as_it_was_written_and_says_nothing_more(ctx, start):
    caught = Caught()
    mail.send(with_mail(ctx, f"smtp://127.0.0.1:{start(caught)}"), HELLO)
    assert caught.wishes == [(FROM, [HELLO.to])]
    (got,) = caught.mails
    assert got["From"] == f"Wellbeing <{FROM}>"
    assert (got["To"], got["Subject"]) == (HELLO.to, HELLO.subject)
    assert got["Date"].datetime == ctx.now()
    assert got.get_content().replace("\r\n", "\n").strip() == HELLO.text
    assert got["Message-ID"].endswith("@example.org>")
    known = {"from", "to", "subject", "date", "message-id", "mime-version"}
    known |= {"content-type", "content-transfer-encoding", "x-peer", "x-mailfrom"}
    assert {k.lower() for k in got} <= known | {"x-rcptto"}


@ON_SQLITE
def test_an_answer_goes_where_the_mail_says(ctx, start):
    caught = Caught()
    sent = replace(HELLO, reply_to="alice@example.org")
    mail.send(with_mail(ctx, f"smtp://127.0.0.1:{start(caught)}"), sent)
    assert caught.mails[0]["Reply-To"] == "alice@example.org"


@ON_SQLITE
@pytest.mark.parametrize(
    "change",
    [
        {"to": "peer@example.org\r\nBcc: lead@example.org"},
        {"to": "peer@example.org, lead@example.org"},
        {"to": "Peer <peer@example.org>"},
        {"to": "peer"},
        {"to": ""},
        {"reply_to": "alice@example.org\nX: y"},
        {"subject": "Hello\r\nBcc: lead@example.org"},
        {"subject": "Hello\x00"},
    ],
)
def test_what_could_become_another_header_is_refused(ctx, start, change):
    caught = Caught()
    at = with_mail(ctx, f"smtp://127.0.0.1:{start(caught)}")
    assert trouble(at, replace(HELLO, **change)) is Trouble.IMPOSSIBLE
    assert caught.mails == []


@ON_SQLITE
def test_a_body_that_looks_like_headers_stays_a_body(ctx, start):
    caught = Caught()
    text = "\nBcc: lead@example.org\n\n.\nQUIT\n"
    mail.send(
        with_mail(ctx, f"smtp://127.0.0.1:{start(caught)}"), replace(HELLO, text=text)
    )
    assert caught.wishes == [(FROM, [HELLO.to])]
    assert caught.mails[0]["Bcc"] is None


@ON_SQLITE
def test_without_a_mail_server_nothing_is_sent(ctx):
    assert not mail.can_send(ctx)
    assert trouble(ctx) is Trouble.NOT_SET_UP


@ON_SQLITE
def test_a_refusal_of_the_server_is_told(ctx, start):
    port = start(Caught(refuse="554 no, and here is peer@example.org"))
    at = with_mail(ctx, f"smtp://127.0.0.1:{port}")
    assert trouble(at) is Trouble.REFUSED
    assert "example.org" not in str(MailNotSentError(Trouble.REFUSED))


@ON_SQLITE
def test_a_server_that_is_not_there_is_told(ctx):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert trouble(with_mail(ctx, f"smtp://127.0.0.1:{port}")) is Trouble.NO_ANSWER


@ON_SQLITE
@pytest.mark.parametrize("scheme", ["smtp", "smtps", "smtp+starttls"])
def test_a_server_that_never_answers_is_waited_for_no_longer_than_it_may(
    ctx, monkeypatch, scheme
):
    monkeypatch.setattr(mail, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        at = with_mail(ctx, f"{scheme}://127.0.0.1:{silent.getsockname()[1]}")
        began = time.perf_counter()
        assert trouble(at) is Trouble.NO_ANSWER
        assert time.perf_counter() - began < 2


@ON_SQLITE
def test_a_server_that_breaks_off_after_the_text_leaves_it_open(ctx, start):
    class Gone(Caught):
        async def handle_DATA(self, server, _session, _envelope):  # noqa: N802
            server.transport.close()
            return "250 never read"

    at = with_mail(ctx, f"smtp://127.0.0.1:{start(Gone())}")
    assert trouble(at) is Trouble.UNKNOWN


@ON_SQLITE
def test_over_tls_the_server_has_to_prove_who_it_is(
    ctx, start, certificate, monkeypatch
):
    caught = Caught()
    port = start(caught, ssl_context=server_side(certificate))
    at = with_mail(ctx, f"smtps://127.0.0.1:{port}")
    assert trouble(at) is Trouble.NO_ANSWER
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mail.send(at, HELLO)
    assert len(caught.mails) == 1


@ON_SQLITE
def test_a_password_is_given_after_starttls_only(ctx, start, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    caught, given = Caught(), []

    def check(_server, _session, _envelope, _mechanism, login):
        given.append((login.login, login.password))
        return AuthResult(success=login.password == b"p@ss:w", handled=False)

    port = start(
        caught,
        tls_context=server_side(certificate),
        require_starttls=True,
        authenticator=check,
        auth_required=True,
    )
    mail.send(
        with_mail(ctx, f"smtp+starttls://us%20er:p%40ss%3Aw@127.0.0.1:{port}"), HELLO
    )
    assert given == [(b"us er", b"p@ss:w")]
    wrong = with_mail(ctx, f"smtp+starttls://us%20er:wrong@127.0.0.1:{port}")
    assert trouble(wrong) is Trouble.REFUSED
    assert len(caught.mails) == 1


@ON_SQLITE
def test_starttls_is_not_given_up_when_the_server_has_none(ctx, start):
    port = start(Caught())
    at = with_mail(ctx, f"smtp+starttls://127.0.0.1:{port}")
    assert trouble(at) is Trouble.REFUSED


@pytest.mark.parametrize(
    ("url", "sender", "name"),
    [
        ("smtp://mail.example.org", "", "MAIL_FROM"),
        ("", FROM, "MAIL_FROM"),
        ("smtp://mail.example.org", "Wellbeing", "MAIL_FROM"),
        ("smtp://mail.example.org", "a@b.org\nBcc: c@d.org", "MAIL_FROM"),
        ("http://mail.example.org", FROM, "SMTP_URL"),
        ("smtp://", FROM, "SMTP_URL"),
        ("smtp://mail.example.org:port", FROM, "SMTP_URL"),
        ("smtp://me:secret-word@mail.example.org", FROM, "SMTP_URL"),
        ("file:///nowhere/smtp", FROM, "SMTP_URL"),
    ],
)
def test_settings_that_cannot_work_stop_the_start_and_repeat_no_secret(
    monkeypatch, url, sender, name
):
    monkeypatch.setenv("WELLBEING_SMTP_URL", url)
    monkeypatch.setenv("WELLBEING_MAIL_FROM", sender)
    with pytest.raises(SettingsError, match=f"WELLBEING_{name}") as refused:
        read_settings()
    assert "secret-word" not in str(refused.value)


def test_the_mail_server_may_stand_in_a_file_and_is_not_printed(monkeypatch, tmp_path):
    file = tmp_path / "smtp"
    file.write_text("smtps://me:secret-word@mail.example.org\n", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("WELLBEING_SMTP_URL", file.as_uri())
    monkeypatch.setenv("WELLBEING_MAIL_FROM", FROM)
    settings = read_settings()
    assert settings.smtp_url == "smtps://me:secret-word@mail.example.org"
    assert "secret-word" not in repr(settings)
