"""Going to a provider and coming back: who it says somebody is lets them in."""

import secrets
from datetime import timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import NoClinicError, NotFoundError, SignedOutError
from wellbeing.domain.hours import hour_of
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Clinic
from wellbeing.domain.sign_in import (
    LASTS,
    LEEWAY,
    Flow,
    Identified,
    Provider,
    Purpose,
    VisitOverError,
)
from wellbeing.services import accounts, connections, openid, passwords, proofs
from wellbeing.services.audit import record
from wellbeing.services.claimed_roles import follow_claim
from wellbeing.services.context import Context
from wellbeing.services.forgetting import forget_old
from wellbeing.services.openid import Answer
from wellbeing.services.private_texts import (
    OpenKeys,
    UnreadableTextError,
    about,
    lock,
    session_secret,
    unlock,
)
from wellbeing.services.throttle import count_attempt, forgive
from wellbeing.storage import clinic_queries, identity_queries, session_queries

_KEPT = 2 * LASTS + timedelta(hours=1)


def provider_named(ctx: Context, name: str) -> Provider:
    """Return a provider of the settings.

    Raises:
        NotFoundError: there is none of this name.
    """
    for provider in ctx.providers:
        if provider.name == name:
            return provider
    raise NotFoundError("way to sign in")


def new_visit(
    ctx: Context, name: str, purpose: Purpose, ticket: str, next_path: str
) -> Flow:
    """Return what the browser keeps while somebody is away at a provider."""
    return Flow(
        key=secrets.token_urlsafe(32),
        began=int(ctx.now().timestamp()),
        provider=name,
        purpose=purpose,
        ticket=ticket,
        next_path=next_path,
    )


def way_there(ctx: Context, flow: Flow) -> str:
    """Return the provider's address at which somebody signs in.

    Raises:
        NotFoundError: there is no such provider.
        ProviderAwayError: it does not answer.
    """
    provider = provider_named(ctx, flow.provider)
    return openid.sign_in_address(provider, flow, _back(ctx, provider), ctx.now())


def come_back(
    ctx: Context, flow: Flow, answer: Answer, *, address: str, session_token: str | None
) -> str | None:
    """Let somebody in whom a provider sends back, or connect their account.

    Args:
        ctx: the surroundings.
        flow: what their browser kept.
        answer: what the provider sent along.
        address: of the network.
        session_token: of the session they have already, if any.

    Returns:
        The token of their new session; None: they go on in the one they have.

    Raises:
        SignInFailedError: one of its kinds, each with its sentence.
        LinkUsedOrExpiredError, TooManyAttemptsError, NoClinicError, NotFoundError.
        SignedOutError: an account was to be connected and nobody is signed in.
    """
    provider = provider_named(ctx, flow.provider)
    _check_visit(ctx, flow, answer)
    with ctx.reading() as db:
        clinic = clinic_queries.the_clinic(db)
    if clinic is None:
        raise NoClinicError
    # Counted before the provider is asked: nobody makes us ask it again and again.
    tried = count_attempt(ctx, clinic.clinic_id, f"visit {flow.state}", address)
    said = openid.identify(provider, flow, answer, _back(ctx, provider), ctx.now())
    if said.since < ctx.now() - timedelta(days=ctx.settings.session_days):
        raise VisitOverError("signed in longer ago than a session lasts")
    viewer = None
    if flow.purpose in {Purpose.LINK, Purpose.CONFIRM}:
        # Before the transaction: once an hour this writes in one of its own.
        viewer = accounts.viewer_of_token(ctx, session_token)
    try:
        with ctx.writing() as db:
            forgive(db, clinic.clinic_id, tried)
            if provider.roles:
                # Before the person, as everybody does who locks both.
                clinic_queries.lock_clinic(db, clinic.clinic_id)
            _use_up(ctx, db, clinic, flow)
            if viewer is not None:
                if flow.purpose is Purpose.LINK:
                    connections.connect_own(ctx, db, viewer, provider, flow, said)
                else:
                    connections.confirm(ctx, db, viewer, provider, said)
                return None
            if flow.purpose is Purpose.INVITATION:
                person_id = connections.accept(ctx, db, clinic, provider, flow, said)
            else:
                person_id = connections.known_person(db, clinic, provider, said)
            return _enter(ctx, db, clinic, provider, person_id, said)
    except IntegrityError as error:
        raise VisitOverError("used twice at once") from error


def sign_out(ctx: Context, token: str | None) -> tuple[Provider, str] | None:
    """End the session of a cookie.

    Returns:
        The provider that began it, and where somebody signs out there, too; None: a
        password began it, or the provider has no such address.
    """
    try:
        viewer = accounts.viewer_of_token(ctx, token)
    except SignedOutError:
        accounts.sign_out(ctx, token)
        return None
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        began = identity_queries.provider_of_session(db, own[0], viewer.session)
    accounts.sign_out(ctx, token)
    if began is None:
        return None
    issuer, locked = began
    provider = next((p for p in ctx.providers if p.issuer == issuer), None)
    if provider is None:
        return None
    keys, words = OpenKeys(session_secret(token or "")), ""
    if locked is not None:
        try:
            words = unlock(keys, locked, about(*own, "provider", viewer.session))
        except UnreadableTextError:
            words = ""  # without its own words the provider asks once more
    home = f"{ctx.settings.url}/sign-in"
    address = openid.sign_out_address(provider, words, home, ctx.now())
    return None if address is None else (provider, address)


def _back(ctx: Context, provider: Provider) -> str:
    return f"{ctx.settings.url}/sign-in/back/{provider.name}"


def _check_visit(ctx: Context, flow: Flow, answer: Answer) -> None:
    age = ctx.now().timestamp() - flow.began
    if not -LEEWAY.total_seconds() <= age <= LASTS.total_seconds():
        raise VisitOverError("too old")
    if not secrets.compare_digest(flow.state.encode(), answer.state.encode()):
        raise VisitOverError("another state")


def _use_up(ctx: Context, db: Connection, clinic: Clinic, flow: Flow) -> None:
    used = passwords.hash_token(flow.nonce)
    identity_queries.drop_old_visits(db, ctx.now())
    if identity_queries.was_used(db, clinic.clinic_id, used):
        raise VisitOverError("used before")
    identity_queries.add_used(db, clinic.clinic_id, used, ctx.now() + _KEPT)


def _enter(
    ctx: Context,
    db: Connection,
    clinic: Clinic,
    provider: Provider,
    person_id: PersonId,
    said: Identified,
) -> str:
    own = clinic.clinic_id, person_id
    forget_old(ctx, db, clinic)
    follow_claim(ctx, db, clinic, person_id, provider, said.groups)
    token = accounts.begin_session(ctx, db, *own)
    session, words = passwords.hash_token(token), None
    session_queries.date_back(db, session, hour_of(said.since))
    if said.token:
        place = about(*own, "provider", session)
        words = lock(OpenKeys(session_secret(token)), said.token, place)
    identity_queries.put_provider_of_session(db, own[0], session, said.issuer, words)
    if said.asked_anew:
        proofs.remember_entry(ctx, db, *own, session)
    record(ctx, db, own[0], Event.SIGNED_IN, actor=person_id)
    return token
