"""The file of providers: what is taken, and what stops the start."""

import pytest

from wellbeing.domain.people import Role
from wellbeing.services.sign_in_file import read_providers
from wellbeing.settings import ROOT, Settings, SettingsError

PLAIN = """
[uni]
title = "University"
issuer = "https://id.example.org/clinic"
client_id = "wellbeing"
client_secret = "very secret"
"""


@pytest.fixture
def read(tmp_path):
    """Return what reads a file of these lines."""

    def lines(text, mode=0o600, **more):
        file = tmp_path / "sign_in.toml"
        file.write_text(text, "utf-8")
        file.chmod(mode)
        return read_providers(Settings(sign_in_file=str(file), **more))

    return lines


def test_a_provider_is_asked_strictly_unless_the_file_says_otherwise(read):
    [uni] = read(PLAIN)
    assert (uni.name, uni.title) == ("uni", "University")
    assert uni.scope == "openid email profile"
    assert uni.prompt == "login"
    assert uni.max_age is None
    assert uni.acr_values == ()
    assert uni.roles == {}
    assert "very secret" not in repr(uni)


def test_everything_can_be_said_of_several(read):
    more = """
scope = "openid"
prompt = "consent"
max_age = 600
acr_values = ["strong"]
roles_claim = "groups"
[uni.roles]
"wb-research" = "researcher"
[other]
title = "Other"
issuer = "http://127.0.0.1:9"
client_id = "x"
client_secret = "y"
"""
    uni, other = read(PLAIN + more)
    assert (uni.scope, uni.prompt, uni.max_age) == ("openid", "consent", 600)
    assert uni.acr_values == ("strong",)
    assert uni.roles == {"wb-research": Role.RESEARCHER}
    assert other.name == "other"


def test_a_secret_can_come_from_the_environment_or_a_file(read, monkeypatch, tmp_path):
    from_there = PLAIN.replace('client_secret = "very secret"', "")
    with pytest.raises(SettingsError, match="UNI_SECRET, which is not set"):
        read(from_there + 'client_secret_from = "UNI_SECRET"')
    monkeypatch.setenv("UNI_SECRET", "from outside")
    [uni] = read(from_there + 'client_secret_from = "UNI_SECRET"')
    assert uni.client_secret == "from outside"
    kept = tmp_path / "secret"
    kept.write_text("from a file\n", "utf-8")
    kept.chmod(0o600)
    [uni] = read(from_there + f'client_secret = "file://{kept}"')
    assert uni.client_secret == "from a file"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[uni]", "[Uni]", "is no name"),
        ("[uni]", '["u/n"]', "is no name"),
        ("[uni]", "[uni", "SIGN_IN_FILE: "),
        ("title", "titel", "titel is not known"),
        ('"University"', '""', "is blank"),
        ('"University"', f'"{"x" * 41}"', "more than 40"),
        ("https://id", "http://id", "must be an https address"),
        ("https://id.example.org", "https://", "must be an https address"),
        ("org/clinic", "org/clinic?x=1", "must be an https address"),
        ("https://id", "https://me@id", "must be an https address"),
        ("client_id", "scope", "must contain openid"),
        ("client_secret", "prompt", "needs client_secret"),
        ('"very secret"', '"s"\nclient_secret_from = "X"', "one of them"),
        ('"very secret"', '"s"\nmax_age = "soon"', "is no int"),
        ('"very secret"', '"s"\nroles_claim = "g"', "together"),
        ('"very secret"', '"s"\n[uni.roles]\ng = "researcher"', "together"),
        (
            '"very secret"',
            '"s"\nroles_claim = "g"\n[uni.roles]\ng = "lead"',
            "must be one of: administrator",
        ),
    ],
)
def test_a_slip_in_the_file_stops_the_start(read, old, new, told):
    with pytest.raises(SettingsError, match=told) as refused:
        read(PLAIN.replace(old, new, 1))
    assert "very secret" not in str(refused.value)


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o620, 0o644])
def test_a_file_that_others_can_read_or_write_stops_the_start(read, mode):
    with pytest.raises(SettingsError, match="chmod 600"):
        read(PLAIN, mode)


def test_the_group_may_read_the_file(read):
    assert read(PLAIN, 0o640)


@pytest.mark.parametrize("name", ["sign_in.toml", str(ROOT / "data" / "x.toml")])
def test_a_file_inside_of_the_program_stops_the_start(name):
    with pytest.raises(SettingsError, match="outside of the program"):
        read_providers(Settings(sign_in_file=name))


def test_a_file_that_is_not_there_stops_the_start(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        read_providers(Settings(sign_in_file=str(tmp_path / "none")))


def test_two_providers_cannot_be_the_same_one(read):
    with pytest.raises(SettingsError, match="same issuer"):
        read(PLAIN + PLAIN.replace("[uni]", "[again]"))


def test_without_passwords_there_must_be_a_provider(read):
    with pytest.raises(SettingsError, match="nobody could sign in"):
        read("", passwords="off")
    with pytest.raises(SettingsError, match="nobody could sign in"):
        read_providers(Settings(passwords="off"))
    assert read(PLAIN, passwords="off")
    assert read_providers(Settings()) == ()
