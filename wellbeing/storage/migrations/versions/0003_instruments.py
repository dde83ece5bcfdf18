"""Published instruments: wordings of clinics, how often they ask, and responses.

Going down removes them all; check-ins and people stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "instrument_rhythm",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("from_week", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "every_weeks BETWEEN 1 AND 104",
            name=op.f("ck_instrument_rhythm_every_weeks_range"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_instrument_rhythm_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "instrument", name=op.f("pk_instrument_rhythm")
        ),
    )
    op.create_table(
        "wording",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("key_version", sa.String(length=20), nullable=False),
        sa.Column("copyright", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_wording_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "instrument", "language", name=op.f("pk_wording")
        ),
    )
    op.create_table(
        "response",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column(
            "given",
            sa.Enum(
                "answered",
                "not_this_time",
                "withdrawn",
                name="given",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("key_version", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_response_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "instrument", "week", name=op.f("pk_response")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "response_draft",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_response_draft_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "person_id",
            "instrument",
            "week",
            "item",
            name=op.f("pk_response_draft"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wording_item",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "instrument", "language"],
            ["wording.clinic_id", "wording.instrument", "wording.language"],
            name=op.f("fk_wording_item_clinic_id_instrument_language"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "instrument",
            "language",
            "position",
            name=op.f("pk_wording_item"),
        ),
    )
    op.create_table(
        "response_answer",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column(
            "missing",
            sa.Enum(
                "skipped",
                "not_applicable",
                "not_asked",
                "withdrawn",
                name="missing",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(value IS NULL) <> (missing IS NULL)",
            name=op.f("ck_response_answer_value_or_why"),
        ),
        sa.CheckConstraint(
            "value BETWEEN 0 AND 100", name=op.f("ck_response_answer_value_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id", "instrument", "week"],
            [
                "response.clinic_id",
                "response.person_id",
                "response.instrument",
                "response.week",
            ],
            name=op.f("fk_response_answer_clinic_id_person_id_instrument_week"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "person_id",
            "instrument",
            "week",
            "item",
            name=op.f("pk_response_answer"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "response_score",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("scale", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id", "instrument", "week"],
            [
                "response.clinic_id",
                "response.person_id",
                "response.instrument",
                "response.week",
            ],
            name=op.f("fk_response_score_clinic_id_person_id_instrument_week"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "person_id",
            "instrument",
            "week",
            "scale",
            name=op.f("pk_response_score"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wording_choice",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "instrument", "language", "position"],
            [
                "wording_item.clinic_id",
                "wording_item.instrument",
                "wording_item.language",
                "wording_item.position",
            ],
            name=op.f("fk_wording_choice_clinic_id_instrument_language_position"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "instrument",
            "language",
            "position",
            "code",
            name=op.f("pk_wording_choice"),
        ),
    )


def downgrade() -> None:
    op.drop_table("wording_choice")
    op.drop_table("response_score")
    op.drop_table("response_answer")
    op.drop_table("wording_item")
    op.drop_table("response_draft")
    op.drop_table("response")
    op.drop_table("wording")
    op.drop_table("instrument_rhythm")
