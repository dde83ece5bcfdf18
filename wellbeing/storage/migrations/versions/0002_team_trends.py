"""Team trends: sites, panels, the clinic's choices among the rules, and actions.

Going down removes them; check-ins and people stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "team_action",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "done",
                "nothing",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("driver", sa.String(length=40), nullable=True),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_team_action_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "action_id", name=op.f("pk_team_action")),
    )
    op.create_table(
        "trend_policy",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("from_week", sa.String(length=8), nullable=False),
        sa.Column("least_people", sa.Integer(), nullable=False),
        sa.Column("pool_below", sa.Integer(), nullable=False),
        sa.Column("small_teams", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_trend_policy_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "from_week", name=op.f("pk_trend_policy")),
    )
    op.create_table(
        "action_answer",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "helps",
            sa.Enum(
                "helps",
                "does_not",
                name="helps",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "action_id"],
            ["team_action.clinic_id", "team_action.action_id"],
            name=op.f("fk_action_answer_clinic_id_action_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_action_answer_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "action_id", "person_id", name=op.f("pk_action_answer")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "panel_member",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_panel_member_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "quarter", "person_id", name=op.f("pk_panel_member")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_check_in_clinic_id_week"),
        "check_in",
        ["clinic_id", "week"],
        unique=False,
    )

    op.add_column(
        "team",
        sa.Column("site", sa.String(length=120), server_default="", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("team", "site")

    op.drop_index(op.f("ix_check_in_clinic_id_week"), table_name="check_in")

    op.drop_table("panel_member")
    op.drop_table("action_answer")
    op.drop_table("trend_policy")
    op.drop_table("team_action")
