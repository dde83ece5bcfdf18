"""Argon2id with the least work, for tests that sign somebody in hundreds of times."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from argon2 import PasswordHasher

from tests import clinic
from tests.clinic import secret_of_password
from wellbeing.services import passwords, private_texts


@contextmanager
def quick_argon2() -> Iterator[None]:
    """Let this process hash with hardly any work, and open only what was locked so.

    How much the product does is asserted in test_private_texts.
    """
    least = PasswordHasher(time_cost=1, memory_cost=32, parallelism=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", least)
        patch.setattr(private_texts, "_PASSES", 1)
        patch.setattr(private_texts, "_MEMORY_KIB", 32)
        # What was hashed with the one work must not be compared with the other.
        patch.setattr(passwords, "_nobodys_hash", cache(_nobodys_hash))
        patch.setattr(clinic, "hashed_password", _quickly_hashed)
        secret_of_password.cache_clear()
        try:
            yield
        finally:
            secret_of_password.cache_clear()


@cache
def _quickly_hashed() -> str:
    return passwords.hash_password(clinic.PASSWORD)


def _nobodys_hash() -> str:
    return passwords.hash_password(passwords.new_token())
