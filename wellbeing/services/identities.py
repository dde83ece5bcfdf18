"""The accounts at providers that are connected with the viewer."""

from dataclasses import dataclass
from datetime import date

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import InvalidInputError, NotFoundError, WellbeingError
from wellbeing.domain.people import Viewer
from wellbeing.domain.sign_in import LASTS
from wellbeing.services import passwords, proofs
from wellbeing.services.accounts import check_own_password
from wellbeing.services.archive import Files, as_json
from wellbeing.services.audit import note
from wellbeing.services.context import Context
from wellbeing.services.single_sign_on import provider_named
from wellbeing.storage import (
    account_queries,
    identity_queries,
    people_queries,
    session_queries,
)


class ConfirmError(WellbeingError):
    """Somebody without a password has not confirmed that it is them."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was done. Confirm first that it is you: with your password, or if "
            "you have none, by signing in once more under Ways to sign in. Then do it "
            "within ten minutes."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class MyProvider:
    """A provider, as somebody sees it who can sign in through it.

    Attributes:
        connected_on: None: the viewer's account there is not connected.
        may_go: whether the viewer could still sign in without it.
    """

    name: str
    title: str
    connected_on: date | None
    may_go: bool


def my_providers(ctx: Context, viewer: Viewer) -> tuple[MyProvider, ...]:
    """Return the clinic's providers, and since when the viewer is connected."""
    with ctx.reading() as db:
        found = identity_queries.identities_of(db, viewer.clinic_id, viewer.person_id)
    days = {one.issuer: one.connected_on for one in found}
    works = ctx.settings.takes_passwords and has_a_password(ctx, viewer)
    known = [p for p in ctx.providers if p.issuer in days]
    return tuple(
        MyProvider(
            name=p.name,
            title=p.title,
            connected_on=days.get(p.issuer),
            may_go=works or len(known) > 1,
        )
        for p in ctx.providers
    )


def has_a_password(ctx: Context, viewer: Viewer) -> bool:
    """Tell whether the viewer has ever set a password."""
    with ctx.reading() as db:
        hashed = account_queries.password_hash(db, viewer.clinic_id, viewer.person_id)
    return hashed is not None


def check_it_is_them(ctx: Context, viewer: Viewer, password: str) -> None:
    """Make sure that it is the viewer who asks for something grave.

    Their password says so; of those who cannot sign in with one, a provider that asked
    them anew a moment ago.

    Raises:
        WrongPasswordError, TooManyAttemptsError, ConfirmError.
    """
    if password or (ctx.settings.takes_passwords and has_a_password(ctx, viewer)):
        check_own_password(ctx, viewer, password)
    elif not proofs.is_proved(ctx, viewer):
        raise ConfirmError


def begin_connecting(ctx: Context, viewer: Viewer, name: str, *, password: str) -> str:
    """Return the address of ours at which the viewer connects an account, once.

    Raises:
        NotFoundError: there is no such provider.
        WrongPasswordError, TooManyAttemptsError, ConfirmError: it may not be them.
        ProofNeededError: they have a second factor, and gave no code lately.
    """
    provider = provider_named(ctx, name)
    proofs.require_code_given(ctx, viewer)
    check_it_is_them(ctx, viewer, password)
    own = viewer.clinic_id, viewer.person_id
    token, until = passwords.new_token(), ctx.now() + LASTS
    with ctx.writing() as db:
        identity_queries.put_ticket(db, *own, passwords.hash_token(token), until)
    return f"/sign-in/with/{provider.name}?connect={token}&next=/my-data"


def disconnect(ctx: Context, viewer: Viewer, name: str, *, password: str) -> None:
    """Disconnect the viewer's account at a provider; it lets nobody in any more.

    Raises:
        NotFoundError: there is no such provider, or no account of theirs.
        InvalidInputError: they could not sign in any more.
        WrongPasswordError, TooManyAttemptsError, ConfirmError: it may not be them.
        ProofNeededError: they have a second factor, and gave no code lately.
    """
    provider = provider_named(ctx, name)
    proofs.require_code_given(ctx, viewer)
    check_it_is_them(ctx, viewer, password)
    own = viewer.clinic_id, viewer.person_id
    with ctx.writing() as db:
        people_queries.lock_person(db, *own)
        if not identity_queries.drop_identity(db, *own, provider.issuer):
            raise NotFoundError("connected account")
        left = {one.issuer for one in identity_queries.identities_of(db, *own)}
        hashed = account_queries.password_hash(db, *own)
        works = ctx.settings.takes_passwords and hashed is not None
        if not works and left.isdisjoint(p.issuer for p in ctx.providers):
            raise InvalidInputError(
                "You could not sign in any more. Connect another account first."
            )
        session_queries.drop_sessions(db, *own, but=viewer.session)
        note(ctx, db, viewer, Event.IDENTITY_UNLINKED)


def identity_files(ctx: Context, viewer: Viewer) -> Files:
    """Return the archive's file of connected accounts, if there are any."""
    with ctx.reading() as db:
        found = identity_queries.identities_of(db, viewer.clinic_id, viewer.person_id)
    if not found:
        return {}
    told = [
        {
            "issuer": one.issuer,
            "subject": one.subject,
            "connected_on": one.connected_on.isoformat(),
        }
        for one in found
    ]
    return {"connected_accounts.json": as_json(told)}
