"""To whom a study is offered that somebody hands over.

Going down forgets the offers; who works with which study stays as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "study_offer",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.String(length=41), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("by_administrator", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_study_offer_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "study_id"],
            ["study.clinic_id", "study.study_id"],
            name=op.f("fk_study_offer_clinic_id_study_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "study_id", name=op.f("pk_study_offer")),
    )


def downgrade() -> None:
    op.drop_table("study_offer")
