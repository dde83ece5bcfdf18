"""How long things are kept, and who has left.

Going down, what was announced is forgotten, and announced anew after coming up.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "keeping_rule",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("text_days", sa.Integer(), nullable=False),
        sa.Column("removed_before", sa.String(length=8), nullable=True),
        sa.CheckConstraint(
            "months BETWEEN 6 AND 24", name=op.f("ck_keeping_rule_months_range")
        ),
        sa.CheckConstraint(
            "text_days BETWEEN 1 AND 30", name=op.f("ck_keeping_rule_text_days_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_keeping_rule_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "from_day", name=op.f("pk_keeping_rule")),
    )
    op.create_table(
        "leaving",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("texts_gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_leaving_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "person_id", name=op.f("pk_leaving")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("leaving")
    op.drop_table("keeping_rule")
