"""The house: clinic, people, accounts and weekly check-ins.

The first schema; going down removes everything.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "clinic",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_clinic")),
    )
    op.create_table(
        "setup_link",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_setup_link")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "clinic_id", "key_hash", name=op.f("pk_sign_in_attempt")
        ),
    )
    op.create_table(
        "contact",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("reach", sa.String(length=200), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_contact_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "contact_id", name=op.f("pk_contact")),
    )
    op.create_table(
        "person",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "invited",
                "active",
                "left",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("recovery_hash", sa.String(length=64), nullable=True),
        sa.Column("team_trends", sa.Boolean(), nullable=True),
        sa.Column("baseline_from", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_person_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "person_id", name=op.f("pk_person")),
        sa.UniqueConstraint(
            "clinic_id", "email", name=op.f("uq_person_clinic_id_email")
        ),
    )
    op.create_table(
        "team",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_team_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "team_id", name=op.f("pk_team")),
        sa.UniqueConstraint("clinic_id", "name", name=op.f("uq_team_clinic_id_name")),
    )
    op.create_table(
        "check_in",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "full",
                "short",
                "not_this_week",
                "withdrawn",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "absence",
            sa.Enum(
                "leave",
                "ill",
                "too_busy",
                "rather_not",
                name="absence",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("no_client_work", sa.Boolean(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=True),
        sa.Column("trauma_sessions", sa.Integer(), nullable=True),
        sa.Column("admin_hours", sa.Integer(), nullable=True),
        sa.Column("days_off", sa.Integer(), nullable=True),
        sa.Column("support_used", sa.String(length=120), nullable=False),
        sa.Column("question_version", sa.String(length=20), nullable=False),
        sa.Column("scoring_version", sa.String(length=20), nullable=False),
        sa.Column("overall", sa.Double(), nullable=True),
        sa.Column("compassion_fatigue", sa.Double(), nullable=True),
        sa.Column("burnout", sa.Double(), nullable=True),
        sa.Column("exhaustion", sa.Double(), nullable=True),
        sa.Column("detachment", sa.Double(), nullable=True),
        sa.Column("secondary_trauma", sa.Double(), nullable=True),
        sa.Column("compassion_satisfaction", sa.Double(), nullable=True),
        sa.Column("rest", sa.Double(), nullable=True),
        sa.Column("workload", sa.Double(), nullable=True),
        sa.Column("support", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "admin_hours BETWEEN 0 AND 100", name=op.f("ck_check_in_admin_hours_range")
        ),
        sa.CheckConstraint(
            "burnout BETWEEN 0 AND 100", name=op.f("ck_check_in_burnout_range")
        ),
        sa.CheckConstraint(
            "compassion_fatigue BETWEEN 0 AND 100",
            name=op.f("ck_check_in_compassion_fatigue_range"),
        ),
        sa.CheckConstraint(
            "compassion_satisfaction BETWEEN 0 AND 100",
            name=op.f("ck_check_in_compassion_satisfaction_range"),
        ),
        sa.CheckConstraint(
            "days_off BETWEEN 0 AND 7", name=op.f("ck_check_in_days_off_range")
        ),
        sa.CheckConstraint(
            "detachment BETWEEN 0 AND 100", name=op.f("ck_check_in_detachment_range")
        ),
        sa.CheckConstraint(
            "exhaustion BETWEEN 0 AND 100", name=op.f("ck_check_in_exhaustion_range")
        ),
        sa.CheckConstraint(
            "overall BETWEEN 0 AND 100", name=op.f("ck_check_in_overall_range")
        ),
        sa.CheckConstraint(
            "rest BETWEEN 0 AND 100", name=op.f("ck_check_in_rest_range")
        ),
        sa.CheckConstraint(
            "secondary_trauma BETWEEN 0 AND 100",
            name=op.f("ck_check_in_secondary_trauma_range"),
        ),
        sa.CheckConstraint(
            "sessions BETWEEN 0 AND 100", name=op.f("ck_check_in_sessions_range")
        ),
        sa.CheckConstraint(
            "support BETWEEN 0 AND 100", name=op.f("ck_check_in_support_range")
        ),
        sa.CheckConstraint(
            "trauma_sessions BETWEEN 0 AND 100",
            name=op.f("ck_check_in_trauma_sessions_range"),
        ),
        sa.CheckConstraint(
            "workload BETWEEN 0 AND 100", name=op.f("ck_check_in_workload_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_check_in_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "week", name=op.f("pk_check_in")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_draft_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "week", "field", name=op.f("pk_draft")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invitation",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_invitation_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "person_id", name=op.f("pk_invitation")),
        sa.UniqueConstraint(
            "clinic_id", "token_hash", name=op.f("uq_invitation_clinic_id_token_hash")
        ),
    )
    op.create_table(
        "membership",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("from_week", sa.String(length=8), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("to_week", sa.String(length=8), nullable=True),
        sa.CheckConstraint(
            "to_week IS NULL OR to_week >= from_week",
            name=op.f("ck_membership_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_membership_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "team_id"],
            ["team.clinic_id", "team.team_id"],
            name=op.f("fk_membership_clinic_id_team_id"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "from_week", name=op.f("pk_membership")
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_clinic_id_team_id"),
            ["clinic_id", "team_id"],
            unique=False,
        )

    op.create_table(
        "person_role",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "clinician",
                "lead",
                "researcher",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_person_role_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "role", name=op.f("pk_person_role")
        ),
    )
    op.create_table(
        "team_lead",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_team_lead_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "team_id"],
            ["team.clinic_id", "team.team_id"],
            name=op.f("fk_team_lead_clinic_id_team_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "team_id", name=op.f("pk_team_lead")
        ),
    )
    op.create_table(
        "web_session",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_web_session_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "token_hash", name=op.f("pk_web_session")),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_web_session_clinic_id_person_id"),
            ["clinic_id", "person_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_web_session_token_hash"), ["token_hash"], unique=False
        )

    op.create_table(
        "week_tag",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column(
            "tag",
            sa.Enum(
                "leave",
                "illness",
                "new_caseload",
                "hard_case",
                "crisis",
                "team_change",
                "training",
                "private_load",
                "good_news",
                name="tag",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_week_tag_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "week", "tag", name=op.f("pk_week_tag")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "answer",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
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
            "(value IS NULL) <> (missing IS NULL)", name=op.f("ck_answer_value_or_why")
        ),
        sa.CheckConstraint(
            "value BETWEEN 0 AND 10", name=op.f("ck_answer_value_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id", "week"],
            ["check_in.clinic_id", "check_in.person_id", "check_in.week"],
            name=op.f("fk_answer_clinic_id_person_id_week"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "week", "item", name=op.f("pk_answer")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("answer")
    op.drop_table("week_tag")
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_token_hash"))
        batch_op.drop_index(batch_op.f("ix_web_session_clinic_id_person_id"))

    op.drop_table("web_session")
    op.drop_table("team_lead")
    op.drop_table("person_role")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_clinic_id_team_id"))

    op.drop_table("membership")
    op.drop_table("invitation")
    op.drop_table("draft")
    op.drop_table("check_in")
    op.drop_table("team")
    op.drop_table("person")
    op.drop_table("contact")
    op.drop_table("sign_in_attempt")
    op.drop_table("setup_link")
    op.drop_table("clinic")
