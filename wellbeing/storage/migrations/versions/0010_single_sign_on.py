"""Accounts at providers of single sign-on, and what a visit there leaves behind.

Going down forgets which accounts are connected: who has no password then needs their
account started over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["clinic_id", "person_id"],
        ["person.clinic_id", "person.person_id"],
        name=op.f(f"fk_{table}_clinic_id_person_id"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("connected_on", sa.Date(), nullable=False),
        _of_person("identity"),
        sa.PrimaryKeyConstraint(
            "clinic_id", "issuer", "subject", name=op.f("pk_identity")
        ),
        sa.UniqueConstraint(
            "clinic_id",
            "person_id",
            "issuer",
            name=op.f("uq_identity_clinic_id_person_id_issuer"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "identity_ticket",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _of_person("identity_ticket"),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", name=op.f("pk_identity_ticket")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "provider_visit",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("visit_hash", sa.String(length=64), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_provider_visit_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "visit_hash", name=op.f("pk_provider_visit")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "provider_session",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "token_hash"],
            ["web_session.clinic_id", "web_session.token_hash"],
            name=op.f("fk_provider_session_clinic_id_token_hash"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "token_hash", name=op.f("pk_provider_session")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("provider_session", "provider_visit", "identity_ticket", "identity"):
        op.drop_table(table)
