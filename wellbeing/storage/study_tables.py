"""Tables of studies, consents, the ledger of bundles and download tokens.

What is in the ledger is written once: triggers refuse to change or delete it. Who has
rows in which bundle goes with the person, and with nothing else.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from wellbeing.domain.studies import (
    Decision,
    RoleGroup,
    SizeClass,
    StudyState,
    Tenure,
    Through,
)
from wellbeing.privacy.study_data import TimeUnit
from wellbeing.storage.base import (
    NO_ROW_NUMBERS,
    WEEK,
    Base,
    of_clinic,
    of_person,
    one_of,
)

_STUDY = sa.String(41)


def _of_study() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["clinic_id", "study_id"],
        ["study.clinic_id", "study.study_id"],
        ondelete="CASCADE",
    )


def _of_bundle() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["clinic_id", "bundle_id"], ["bundle.clinic_id", "bundle.bundle_id"]
    )


class StudyRow(Base):
    """A study, whatever its versions say; the key itself is kept in a file.

    Attributes:
        key_check: tells a wrong key; None: there is no key yet.
        ended: its key is destroyed.
    """

    __tablename__ = "study"
    __table_args__ = (of_clinic(),)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    study_id: Mapped[str] = mapped_column(_STUDY, primary_key=True)
    key_check: Mapped[str | None] = mapped_column(sa.String(64))
    ended: Mapped[bool]


class StudyVersionRow(Base):
    """What a study asks for; lists are words with a blank between them.

    Own keys among its instruments stand as ``id:version``.
    """

    __tablename__ = "study_version"
    __table_args__ = (
        _of_study(),
        sa.CheckConstraint("through_week >= from_week", name="in_order"),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    study_id: Mapped[str] = mapped_column(_STUDY, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[StudyState] = mapped_column(one_of(StudyState, "state"))
    title: Mapped[str] = mapped_column(sa.String(120))
    purpose: Mapped[str] = mapped_column(sa.Text)
    responsible: Mapped[str] = mapped_column(sa.String(200))
    ethics_reference: Mapped[str] = mapped_column(sa.String(200))
    told: Mapped[str] = mapped_column(sa.Text)
    from_week: Mapped[str] = mapped_column(WEEK)
    through_week: Mapped[str] = mapped_column(WEEK)
    freeze_date: Mapped[date]
    items: Mapped[str] = mapped_column(sa.Text)
    instruments: Mapped[str] = mapped_column(sa.Text)
    context: Mapped[str] = mapped_column(sa.Text)
    attributes: Mapped[str] = mapped_column(sa.Text)
    time_unit: Mapped[TimeUnit] = mapped_column(one_of(TimeUnit, "time_unit"))
    own_keys: Mapped[str] = mapped_column(sa.Text)


class StudyResearcherRow(Base):
    """Who works with a study."""

    __tablename__ = "study_researcher"
    __table_args__ = (of_person(), _of_study())
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    study_id: Mapped[str] = mapped_column(_STUDY, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)


class StudyOfferRow(Base):
    """To whom a study is offered, until they take it or the offer is withdrawn.

    Attributes:
        by_administrator: nobody who works with the study was there to offer it.
    """

    __tablename__ = "study_offer"
    __table_args__ = (of_person(), _of_study())
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    study_id: Mapped[str] = mapped_column(_STUDY, primary_key=True)
    person_id: Mapped[UUID]
    by_administrator: Mapped[bool]


class StudyConsentRow(Base):
    """What somebody decided about a version of a study, and in which week."""

    __tablename__ = "study_consent"
    __table_args__ = (
        of_person(),
        sa.ForeignKeyConstraint(
            ["clinic_id", "study_id", "version"],
            [
                "study_version.clinic_id",
                "study_version.study_id",
                "study_version.version",
            ],
            ondelete="CASCADE",
        ),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    study_id: Mapped[str] = mapped_column(_STUDY, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    decision: Mapped[Decision] = mapped_column(one_of(Decision, "decision"))
    week: Mapped[str] = mapped_column(WEEK)
    role_group: Mapped[RoleGroup | None] = mapped_column(
        one_of(RoleGroup, "role_group")
    )
    tenure: Mapped[Tenure | None] = mapped_column(one_of(Tenure, "tenure"))


class BundleRow(Base):
    """A bundle that was made: one line of the ledger, never changed.

    Attributes:
        file: its name, without a folder.
        size: how many people have rows in it, as a class.
        extras: further formats in it, with blanks between them.
        checks: what it passed, as JSON.
        columns, members, fingerprint: what a later bundle is compared with; members
            are pseudonyms, which name nobody without the key.
    """

    __tablename__ = "bundle"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["clinic_id", "study_id", "version"],
            [
                "study_version.clinic_id",
                "study_version.study_id",
                "study_version.version",
            ],
        ),
        sa.Index(None, "clinic_id", "study_id"),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    bundle_id: Mapped[UUID] = mapped_column(primary_key=True)
    study_id: Mapped[str] = mapped_column(_STUDY)
    version: Mapped[int]
    made_on: Mapped[date]
    through: Mapped[Through] = mapped_column(one_of(Through, "through"))
    file: Mapped[str] = mapped_column(sa.String(120))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[SizeClass] = mapped_column(one_of(SizeClass, "size"))
    time_unit: Mapped[TimeUnit] = mapped_column(one_of(TimeUnit, "time_unit"))
    extras: Mapped[str] = mapped_column(sa.Text)
    checks: Mapped[str] = mapped_column(sa.Text)
    columns: Mapped[str] = mapped_column(sa.Text)
    members: Mapped[str] = mapped_column(sa.Text)
    fingerprint: Mapped[bytes] = mapped_column(sa.LargeBinary)


class BundleMakerRow(Base):
    """Who asked for a bundle on the screen; goes with their account."""

    __tablename__ = "bundle_maker"
    __table_args__ = (of_person(), _of_bundle())
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    bundle_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)


class BundleMemberRow(Base):
    """Who has rows in a bundle, and their attributes there: for their eyes only."""

    __tablename__ = "bundle_member"
    __table_args__ = (
        of_person(),
        _of_bundle(),
        sa.Index(None, "clinic_id", "person_id"),
        NO_ROW_NUMBERS,
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    bundle_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(sa.Text)


class BundleRecallRow(Base):
    """A bundle that must not be used any more; neither who nor when is kept."""

    __tablename__ = "bundle_recall"
    __table_args__ = (_of_bundle(),)
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    bundle_id: Mapped[UUID] = mapped_column(primary_key=True)


class StudyTokenRow(Base):
    """A link by which a program fetches one bundle; only its hash is here.

    Attributes:
        person_id: who made it; it goes with their account.
        address: the hash of the address that used it first; others are refused.
    """

    __tablename__ = "study_token"
    __table_args__ = (
        of_person(),
        _of_bundle(),
        sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint("uses_left >= 0", name="uses_left_range"),
    )
    clinic_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_id: Mapped[UUID] = mapped_column(primary_key=True)
    bundle_id: Mapped[UUID]
    person_id: Mapped[UUID]
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    expires_at: Mapped[datetime]
    uses_left: Mapped[int]
    address: Mapped[str | None] = mapped_column(sa.String(64))
