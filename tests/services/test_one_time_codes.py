"""Codes that change every 30 seconds, as RFC 6238 says."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.clinic import TUESDAY
from wellbeing.services import one_time_codes
from wellbeing.services.one_time_codes import STEP_SECONDS, accept, code_at, step_at

# RFC 6238, appendix B: SHA-1 over this secret; the last six of its eight digits.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
THIS = step_at(TUESDAY)


@pytest.mark.parametrize(("seconds", "code"), RFC_VECTORS.items())
def test_codes_are_those_of_the_standard(seconds, code):
    step = step_at(datetime.fromtimestamp(seconds, UTC))
    assert code_at(RFC_SECRET, step) == code[2:]


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_code_counts_from_one_step_before_until_one_after(step):
    assert accept(RFC_SECRET, code_at(RFC_SECRET, THIS + step), TUESDAY, None)


@pytest.mark.parametrize("step", [-3, -2, 2, 3])
def test_no_other_code_counts(step):
    assert accept(RFC_SECRET, code_at(RFC_SECRET, THIS + step), TUESDAY, None) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\u0661" * 6])
def test_what_is_no_code_does_not_count(typed):
    assert accept(RFC_SECRET, typed, TUESDAY, None) is None


@pytest.mark.parametrize("counted", [-1, 0, 1])
def test_a_code_counts_once_and_none_before_it_afterwards(counted):
    code = code_at(RFC_SECRET, THIS + counted)
    used = accept(RFC_SECRET, code, TUESDAY, None)
    assert used
    for step in (-1, 0, 1):
        again = accept(RFC_SECRET, code_at(RFC_SECRET, THIS + step), TUESDAY, used)
        assert bool(again) == (step > counted)


def test_later_on_a_mark_of_long_ago_is_in_nobodys_way():
    used = accept(RFC_SECRET, code_at(RFC_SECRET, THIS), TUESDAY, None)
    later = TUESDAY + timedelta(days=1)
    assert accept(RFC_SECRET, code_at(RFC_SECRET, step_at(later)), later, used)


def test_the_mark_of_a_step_tells_nothing_without_the_secret():
    marks = {
        accept(secret, code_at(secret, THIS), TUESDAY, None)
        for secret in (one_time_codes.new_secret() for _ in range(20))
    }
    assert len(marks) == 20
    assert all(mark and str(THIS).encode() not in mark for mark in marks)


def test_secrets_have_160_bits_and_are_never_alike():
    secrets = {one_time_codes.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_the_address_and_the_picture_say_what_an_app_needs():
    shown = one_time_codes.told(RFC_SECRET, "ada+1@example.org", "QR code")
    parts = urlsplit(shown.address)
    told = {name: value for name, [value] in parse_qs(parts.query).items()}
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Wellbeing:ada+1@example.org"
    assert told == {"secret": RFC_SECRET, "issuer": "Wellbeing"}
    assert shown.picture.startswith('<svg role="img"')
    assert "<title>QR code</title>" in shown.picture
    assert "http" not in shown.picture.replace("http://www.w3.org/2000/svg", "")
    assert RFC_SECRET not in repr(shown)
    assert one_time_codes.spaced(RFC_SECRET).replace(" ", "") == RFC_SECRET
    assert STEP_SECONDS == 30
