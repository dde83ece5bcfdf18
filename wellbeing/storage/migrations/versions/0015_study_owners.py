"""To whom a study is offered, which keys it asks for, and how people stand in bundles.

Going down forgets all three; who works with which study stays as it is. Coming up, the
attributes in bundles of before are not known, and a study of before asks for no key of
the clinic's own: it has to be written again.
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
    op.add_column(
        "study_version",
        sa.Column("own_keys", sa.Text(), nullable=False, server_default=""),
    )
    op.add_column(
        "bundle_member",
        sa.Column("cell", sa.Text(), nullable=False, server_default="[]"),
    )


def downgrade() -> None:
    op.drop_column("bundle_member", "cell")
    op.drop_column("study_version", "own_keys")
    op.drop_table("study_offer")
