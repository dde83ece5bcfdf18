"""Proving anew, in an open session, that it is really them: password, then code."""

from wellbeing.domain.errors import WellbeingError
from wellbeing.domain.people import Viewer
from wellbeing.services import factors, keyring, proofs
from wellbeing.services.accounts import check_own_password
from wellbeing.services.context import Context
from wellbeing.services.private_texts import OpenKeys, password_secret
from wellbeing.storage import account_queries


class NoPasswordError(WellbeingError):
    """The account has no password, so there is nothing to prove it with here."""

    def __init__(self) -> None:
        super().__init__(
            "You have no password here. Confirm through the account with which you "
            "sign in: on this screen, or under My data, Ways to sign in. It lasts ten "
            "minutes."
        )


def can_prove(ctx: Context, viewer: Viewer) -> bool:
    """Tell whether the viewer has a password to prove anything with."""
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        return account_queries.password_hash(db, *own) is not None


def prove(ctx: Context, viewer: Viewer, *, password: str, code: str = "") -> None:
    """Let this session do what is grave for ten minutes.

    Args:
        password: the viewer's.
        code: of their second factor, or one of its recovery codes; not looked at
            without one.

    Raises:
        NoPasswordError: the account has none.
        WrongPasswordError, WrongCodeError, TooManyAttemptsError: it may not be them.
    """
    if not can_prove(ctx, viewer):
        raise NoPasswordError
    check_own_password(ctx, viewer, password)
    own, whose = (viewer.clinic_id, viewer.person_id), f"factor {viewer.person_id}"
    if not proofs.needs_code(ctx, viewer):
        with ctx.writing() as db:
            proofs.remember(ctx, db, viewer.clinic_id, viewer.session)
        return
    counted = factors.count(ctx, viewer.clinic_id, whose, "")
    keys = _keys(ctx, viewer, password)
    with ctx.writing() as db:
        factors.forgive_right(db, viewer.clinic_id, whose, counted)
        factors.accept(ctx, db, *own, keys, code)
        proofs.remember(ctx, db, viewer.clinic_id, viewer.session)


def _keys(ctx: Context, viewer: Viewer, password: str) -> OpenKeys | None:
    own = viewer.clinic_id, viewer.person_id
    typed = password_secret(password, keyring.salt_of(ctx, *own))
    with ctx.writing() as db:
        return keyring.open_or_make(db, *own, password, typed)
