"""A clinic's own instruments: keys by version, worked examples, whose hands.

Going down removes them all; what people answered and the scores stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "own_key",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", _one_of("state", "draft", "confirmed"), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_own_key_version_range")),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_on IS NOT NULL)",
            name=op.f("ck_own_key_confirmed_day"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_own_key_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "instrument", "version", name=op.f("pk_own_key")
        ),
    )
    op.create_table(
        "own_key_example",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        _of_key("own_key_example"),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "instrument",
            "version",
            "number",
            name=op.f("pk_own_key_example"),
        ),
    )
    op.create_table(
        "own_key_hand",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("hand", _one_of("hand", "made", "confirmed"), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_own_key_hand_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        _of_key("own_key_hand"),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "instrument",
            "version",
            "person_id",
            "hand",
            name=op.f("pk_own_key_hand"),
        ),
    )


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(
        *values, name=name, native_enum=False, create_constraint=True, length=20
    )


def _of_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["clinic_id", "instrument", "version"],
        ["own_key.clinic_id", "own_key.instrument", "own_key.version"],
        name=op.f(f"fk_{table}_clinic_id_instrument_version"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    for table in ("own_key_hand", "own_key_example", "own_key"):
        op.drop_table(table)
