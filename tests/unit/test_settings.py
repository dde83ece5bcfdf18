"""What the value of a setting may be, and what is said of one that it may not."""

from urllib.parse import urlsplit

import pytest

from wellbeing.settings import Settings, SettingsError, read_settings

ADDRESSES = {
    "https://wellbeing.example.org": "https://wellbeing.example.org",
    "https://wellbeing.example.org/": "https://wellbeing.example.org",
    "HTTPS://Wellbeing.Example.ORG": "https://wellbeing.example.org",
    "https://wellbeing.example.org:8443": "https://wellbeing.example.org:8443",
    "https://wellbeing.example.org:443": "https://wellbeing.example.org",
    "https://wellbeing.example.org:80": "https://wellbeing.example.org:80",
    "http://192.0.2.7:8501": "http://192.0.2.7:8501",
    "http://localhost:80": "http://localhost",
    "https://[2001:DB8::7]:8443": "https://[2001:db8::7]:8443",
    "": "",
}
NO_ADDRESSES = [
    "wellbeing.example.org",
    "//wellbeing.example.org",
    "ftp://wellbeing.example.org",
    "https://",
    "https:///",
    "https://wellbeing.example.org/app",
    "https://wellbeing.example.org//",
    "https://wellbeing.example.org?a=b",
    "https://wellbeing.example.org#here",
    "https://me@wellbeing.example.org",
    "https://wellbeing.example.org:",
    "https://wellbeing.example.org:0",
    "https://wellbeing.example.org:99999",
    "https://wellbeing.example.org:port",
    "https://wellbeing .example.org",
    "https://wellbeing.example.org\n",
    "https://wellbeing.ex\u00e4mple.org",
    "https://a,b",
    "https://[2001:db8::7",
    " https://wellbeing.example.org",
]


@pytest.mark.parametrize(("typed", "kept"), ADDRESSES.items())
def test_the_public_address_is_kept_as_browsers_send_it(monkeypatch, typed, kept):
    monkeypatch.setenv("WELLBEING_PUBLIC_URL", typed)
    settings = read_settings()
    assert settings.public_url == kept
    assert settings.url == kept or not kept
    assert settings.host == kept.partition("://")[2]
    # By this the cookies are Secure and bound to the host.
    assert settings.https == typed.lower().startswith("https")


@pytest.mark.parametrize("typed", NO_ADDRESSES)
def test_what_is_no_public_address_stops_the_start_with_one_sentence(
    monkeypatch, typed
):
    monkeypatch.setenv("WELLBEING_PUBLIC_URL", typed)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert str(refused.value) == (
        "WELLBEING_PUBLIC_URL: use https://HOST or https://HOST:PORT, with nothing "
        "after it."
    )


def test_no_setting_comes_with_a_password_a_token_or_a_key():
    for name, field in Settings.model_fields.items():
        if field.repr is False or name.endswith("_file"):
            default = urlsplit(str(field.default))
            assert (default.username, default.password) == (None, None), name
            assert default.scheme in {"", "sqlite"}, name
            assert default.scheme == "sqlite" or not field.default, name


USELESS = {
    "DATABASE_URL": "mysql://somewhere",
    "RELEASES_URL": "postgresql://somewhere",
    "METRICS_TOKEN": "short",
    "SMTP_URL": "http://somewhere",
    "MAIL_FROM": "nobody",
    "PORT": "0",
    "PASSWORDS": "maybe",
    "KEEP_MONTHS": "x",
}


@pytest.mark.parametrize(("name", "value"), USELESS.items(), ids=USELESS)
def test_what_is_wrong_is_said_in_our_words_and_begins_with_the_setting(
    monkeypatch, name, value
):
    assert name.lower() in Settings.model_fields
    monkeypatch.setenv(f"WELLBEING_{name}", value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    said = str(refused.value)
    assert said.startswith(f"WELLBEING_{name}: ")
    assert "value error" not in said.lower()
    assert "\n" not in said
