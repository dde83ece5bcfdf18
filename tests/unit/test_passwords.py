"""What is handed out once and opens something cannot be guessed."""

from math import log2

import pytest

from wellbeing.services import passwords

# ASVS 2.6.2 asks for 112 bits where a code is stored as a fast hash.
CODES = {
    "a recovery code": (passwords.new_recovery_code, 118),
    "a code in place of a second factor": (passwords.new_factor_code, 133),
}


@pytest.mark.parametrize(("make", "bits"), CODES.values(), ids=CODES)
def test_a_code_on_paper_is_long_and_every_letter_of_it_is_random(make, bits):
    made = [passwords.plain_code(make()) for _ in range(2000)]
    assert len(set(made)) == len(made)
    letters = [set(place) for place in zip(*made, strict=True)]
    # Each place takes every letter: none is fixed, none depends on the hour.
    assert all(one == letters[0] for one in letters)
    assert len(letters) * log2(len(letters[0])) > bits


def test_a_token_has_256_random_bits():
    made = {passwords.new_token() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(one) for one in made} == {43}  # base64 of 32 bytes
