"""Second factors, sign-ins that wait for a code, fresh proofs, invented clinics.

Going down removes them: everybody then signs in with the password alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("pending", sa.LargeBinary(), nullable=True),
        sa.Column("used", sa.LargeBinary(), nullable=True),
        _of_person("second_factor"),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", name=op.f("pk_second_factor")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "second_factor_code",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        _of_person("second_factor_code"),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "code_hash", name=op.f("pk_second_factor_code")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "half_session",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        _of_person("half_session"),
        sa.PrimaryKeyConstraint(
            "clinic_id", "token_hash", name=op.f("pk_half_session")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_half_session_token_hash"), "half_session", ["token_hash"])
    op.create_table(
        "fresh_proof",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "token_hash"],
            ["web_session.clinic_id", "web_session.token_hash"],
            name=op.f("fk_fresh_proof_clinic_id_token_hash"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "token_hash", name=op.f("pk_fresh_proof")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invented_clinic",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_invented_clinic_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_invented_clinic")),
    )


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["clinic_id", "person_id"],
        ["person.clinic_id", "person.person_id"],
        name=op.f(f"fk_{table}_clinic_id_person_id"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    for table in (
        "invented_clinic",
        "fresh_proof",
        "half_session",
        "second_factor_code",
        "second_factor",
    ):
        op.drop_table(table)
