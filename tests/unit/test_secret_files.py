"""Secrets come from the environment, or from files that others cannot open."""

import os
import stat
import subprocess
import sys

import pytest

from wellbeing.settings import ROOT, SettingsError, read_settings

SECRETS = {
    "DATABASE_URL": "postgresql://me:secret-word@db.example.org/wellbeing",
    "RELEASES_URL": "postgresql://lead:secret-word@db.example.org/wellbeing",
    "SMTP_URL": "smtps://me:secret-word@mail.example.org",
    "METRICS_TOKEN": "secret-word" * 4,
}


@pytest.fixture
def in_file(monkeypatch, tmp_path):
    """Return what puts a setting into a file with these rights."""
    monkeypatch.setenv("WELLBEING_DATABASE_URL", "postgresql:///wellbeing")
    monkeypatch.setenv("WELLBEING_MAIL_FROM", "wellbeing@example.org")
    monkeypatch.setenv("WELLBEING_SMTP_URL", "smtp://mail.example.org")

    def put(name: str, rights: int, text: str | None = None):
        file = tmp_path / "a secret"
        file.write_text(f"{SECRETS[name] if text is None else text}\nrest\n", "utf-8")
        file.chmod(rights)
        monkeypatch.setenv(f"WELLBEING_{name}", file.as_uri())
        return read_settings

    return put


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("rights", [0o600, 0o400, 0o640])
def test_a_secret_is_read_from_a_file_of_ones_own_and_never_printed(
    in_file, name, rights
):
    settings = in_file(name, rights)()
    assert "secret-word" in getattr(settings, name.lower())
    assert "secret-word" not in repr(settings) + str(settings)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("rights", [0o604, 0o644, 0o620, 0o602, 0o666])
def test_a_secret_in_a_file_that_others_can_open_stops_the_start(in_file, name, rights):
    with pytest.raises(SettingsError) as refused:
        in_file(name, rights)()
    assert f"WELLBEING_{name}" in str(refused.value)
    assert "open to other users of this machine; take their rights away" in str(
        refused.value
    )
    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["mysql://a:secret-word@b/c", "postgresql://a:secret-word@b:port/c"]
)
def test_a_useless_secret_is_not_repeated(in_file, text):
    with pytest.raises(SettingsError, match="WELLBEING_DATABASE_URL") as refused:
        in_file("DATABASE_URL", 0o600, text)()
    assert text not in str(refused.value)
    assert "secret-word" not in str(refused.value)


def test_every_setting_that_may_hold_a_secret_is_kept_out_of_what_is_printed(
    monkeypatch,
):
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"WELLBEING_{name}", value)
    monkeypatch.setenv("WELLBEING_MAIL_FROM", "wellbeing@example.org")
    assert "secret-word" not in repr(read_settings())


@pytest.mark.slow
def test_a_new_database_is_for_who_runs_the_app_alone(tmp_path):
    file = tmp_path / "new" / "wellbeing.db"
    subprocess.run(
        [sys.executable, "-m", "wellbeing", "migrate"],
        cwd=ROOT,
        env=os.environ | {"WELLBEING_DATABASE_URL": f"sqlite:///{file}"},
        check=True,
        capture_output=True,
        umask=0o022,
    )
    made = [file.parent, *file.parent.iterdir()]
    assert file in made
    assert not [f for f in made if stat.S_IMODE(f.stat().st_mode) & 0o077]
