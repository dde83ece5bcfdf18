"""Somebody with a second factor, and the authenticator app in their pocket."""

import pytest

from tests.clinic import PASSWORD, give_keys, secret_of_password
from wellbeing.domain.people import Viewer
from wellbeing.services import (
    accounts,
    half_sessions,
    keyring,
    one_time_codes,
    proofs,
    second_factor,
)
from wellbeing.services.context import Context
from wellbeing.services.half_sessions import CodeAskedError
from wellbeing.services.private_texts import OpenKeys


def code_now(ctx: Context, secret: str, steps: int = 0) -> str:
    """Return what the app shows now, or showed and will show some steps away."""
    return one_time_codes.code_at(secret, one_time_codes.step_at(ctx.now()) + steps)


def just_proved(ctx: Context, viewer: Viewer) -> None:
    """Let a session be one whose person has just proved who they are."""
    with ctx.writing() as db:
        proofs.remember(ctx, db, viewer.clinic_id, viewer.session)


def set_up(
    ctx: Context, viewer: Viewer, keys: OpenKeys | None = None
) -> tuple[str, tuple[str, ...]]:
    """Set up a second factor on the screen; return its secret and recovery codes.

    The code of the step before is used, so that the present one is still good.
    """
    keys = keys or give_keys(ctx, viewer)
    just_proved(ctx, viewer)
    secret = second_factor.begin_factor(ctx, viewer, keys).text
    code = code_now(ctx, secret, -1)
    return secret, second_factor.confirm_factor(ctx, viewer, keys, code)


def half_of(ctx: Context, viewer: Viewer) -> str:
    """Return what waits for a code after the right password, without its slow hash."""
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        keys = keyring.open_or_make(db, *own, PASSWORD, secret_of_password())
        half = half_sessions.begin_if_asked(ctx, db, *own, keys)
    assert half, "no code was asked for"
    return half


def half_by_password(ctx: Context, viewer: Viewer, password: str = PASSWORD) -> str:
    """Give the password as in the form, and return what waits for a code."""
    with pytest.raises(CodeAskedError) as asked:
        accounts.sign_in(ctx, email=viewer.email, password=password, address="")
    return asked.value.half
