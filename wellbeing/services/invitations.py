"""Letting people in: single-use addresses with which they set their password."""

from datetime import timedelta

from sqlalchemy import Connection

from wellbeing.domain.audit import Event
from wellbeing.domain.errors import (
    InvalidInputError,
    LinkUsedOrExpiredError,
    NotFoundError,
)
from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Role, Standing, Viewer
from wellbeing.domain.sign_in import PasswordsOffError
from wellbeing.services import factors, keyring, passwords
from wellbeing.services.accounts import enter
from wellbeing.services.audit import note
from wellbeing.services.context import Context
from wellbeing.services.gathering_offers import cancel_all_of
from wellbeing.services.peers_around import leave_peers
from wellbeing.services.people import keep_an_administrator, one_person
from wellbeing.services.private_texts import password_secret
from wellbeing.services.proofs import ProofNeededError, is_proved, require_proved
from wellbeing.services.setup import Entrance
from wellbeing.services.take_backs import settle, take_everything_back
from wellbeing.storage import (
    account_queries,
    clinic_queries,
    peer_others_queries,
    people_queries,
    team_queries,
)


def invite(ctx: Context, viewer: Viewer, person_id: PersonId) -> str:
    """Return a fresh single-use address with which somebody sets their password.

    Earlier addresses of that person stop working. Somebody who has a password gets
    none: whoever holds the address could set a new one and read the check-ins
    behind it. They use their recovery code, or ``start_over``.

    Raises:
        InvalidInputError: the person has a password already.
        NotFoundError: no such person, or they have left.
        ProofNeededError: they do more than check in, and the viewer gave no password
            lately.
    """
    viewer.require(Role.ADMINISTRATOR)
    proved = is_proved(ctx, viewer)
    with ctx.writing() as db:
        person = one_person(db, viewer, person_id)
        if person.roles - {Role.CLINICIAN} and not proved:
            raise ProofNeededError
        if person.standing is Standing.LEFT:
            raise NotFoundError("person")
        if person.standing is Standing.ACTIVE:
            raise InvalidInputError(
                "This person has a password. They can use their recovery code."
            )
        note(ctx, db, viewer, Event.INVITED, person_id)
        return _new_invitation(ctx, db, viewer, person_id)


def start_over(ctx: Context, viewer: Viewer, person_id: PersonId) -> str:
    """Give somebody who lost password and recovery code an empty account.

    Their check-ins, drafts, tags and private texts, with the key of these, are erased
    first, so that the new address opens nothing of theirs. Name, roles and teams stay,
    and so does what colleagues have of being peers: their own records and copies, and
    kind notes to them. Whom they blocked stays blocked: nobody who was may ask again
    after an administrator's click. A pairing ends, as if it had been ended: whoever
    comes back by the address is not known to the peer by anything that only the two
    know, so that both agree anew or do not.

    Returns:
        A single-use address with which they set a password.

    Raises:
        NotFoundError: no such person, or they have left.
        LastAdministratorError: nobody else administers the clinic.
        ProofNeededError: the viewer gave no password lately.
    """
    require_proved(ctx, viewer, Role.ADMINISTRATOR)
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, viewer.clinic_id)
        person = one_person(db, viewer, person_id)
        if person.standing is Standing.LEFT:
            raise NotFoundError("person")
        own = viewer.clinic_id, person_id
        studies = take_everything_back(ctx, db, viewer.clinic, person_id)
        cancel_all_of(ctx, db, viewer.clinic, person_id)
        people_queries.lock_person(db, *own)
        leave_peers(ctx, db, viewer.clinic, person_id)
        of_others = peer_others_queries.rows_about(db, *own)
        people_queries.drop_person(db, *own)
        people_queries.add_person(
            db, *own, name=person.name, email=person.email, roles=person.roles
        )
        peer_others_queries.put_back(db, of_others)
        people_queries.set_leads(db, *own, person.leads)
        for m in person.memberships:
            team_queries.add_membership(
                db, *own, m.team.team_id, m.from_week, m.to_week
            )
        keep_an_administrator(db, viewer)
        note(ctx, db, viewer, Event.STARTED_OVER, person_id)
        token = _new_invitation(ctx, db, viewer, person_id)
    settle(ctx, *own, studies)
    return token


def invitation_email(ctx: Context, token: str) -> str | None:
    """Return the e-mail address that an invitation is for; None if it is useless."""
    with ctx.reading() as db:
        found = account_queries.invited(db, passwords.hash_token(token), ctx.now())
    return None if found is None else found[2]


def accept_invitation(ctx: Context, token: str, password: str) -> Entrance:
    """Set the password of an invited person and sign them in.

    Returns:
        No token for somebody who has to set up a second factor first: they sign in
        with the new password.

    Raises:
        LinkUsedOrExpiredError, WeakPasswordError, PasswordsOffError.
    """
    if not ctx.settings.takes_passwords:
        raise PasswordsOffError
    hashed_token = passwords.hash_token(token)
    email = invitation_email(ctx, token)
    if email is None:
        raise LinkUsedOrExpiredError
    passwords.judge(password, email)
    hashed, code = passwords.hash_password(password), passwords.new_recovery_code()
    secret = password_secret(password)
    with ctx.writing() as db:
        found = account_queries.invited(db, hashed_token, ctx.now())
        if found is None:
            raise LinkUsedOrExpiredError
        own = found[:2]
        # Asked once more when nobody can end their access any more in between.
        people_queries.lock_person(db, *own)
        found = account_queries.invited(db, hashed_token, ctx.now())
        if found is None or not account_queries.take_invitation(db, hashed_token):
            raise LinkUsedOrExpiredError
        account_queries.set_password(db, *own, hashed)
        account_queries.set_recovery_code(db, *own, passwords.hash_code(code))
        keys = keyring.make(db, *own, secret, code)
        entered = None
        if not factors.is_asked_of(ctx, db, *own):
            entered = enter(ctx, db, *own, keys)
        return Entrance(token=entered, recovery_code=code)


def _new_invitation(
    ctx: Context, db: Connection, viewer: Viewer, person_id: PersonId
) -> str:
    token = passwords.new_token()
    expires = ctx.now() + timedelta(days=ctx.settings.invitation_days)
    account_queries.put_invitation(
        db, viewer.clinic_id, person_id, passwords.hash_token(token), expires
    )
    return f"{ctx.settings.url}/invitation/{token}"
