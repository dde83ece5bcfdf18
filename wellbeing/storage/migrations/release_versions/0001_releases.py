"""The release tables, and the triggers that refuse to change a row in them.

Going down removes every release.
"""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None

_TABLES = (
    "calendar",
    "period",
    "unit",
    "unit_team",
    "figure",
    "overview",
    "action_figure",
)
_REFUSAL = "A release is never changed and never deleted."


def upgrade() -> None:
    op.create_table(
        "action_figure",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("first_week", sa.String(length=8), nullable=False),
        sa.Column("lower", sa.Integer(), nullable=True),
        sa.Column("upper", sa.Integer(), nullable=True),
        sa.Column("people", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint(
            "clinic_id", "action_id", name=op.f("pk_action_figure")
        ),
    )
    op.create_table(
        "calendar",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("first_week", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_calendar")),
    )
    op.create_table(
        "period",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("first_week", sa.String(length=8), nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("rules_version", sa.String(length=20), nullable=False),
        sa.Column("least_people", sa.Integer(), nullable=False),
        sa.Column("small_teams", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "first_week", name=op.f("pk_period")),
    )
    op.create_table(
        "unit",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("site", sa.String(length=120), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "clinic_id", "quarter", "unit_id", name=op.f("pk_unit")
        ),
    )
    op.create_table(
        "figure",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("first_week", sa.String(length=8), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("lower", sa.Integer(), nullable=True),
        sa.Column("upper", sa.Integer(), nullable=True),
        sa.Column("people", sa.String(length=20), nullable=True),
        sa.Column(
            "withheld",
            sa.Enum(
                "not_enough",
                "unknown_rules",
                name="withheld",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(people IS NULL) <> (withheld IS NULL)", name=op.f("ck_figure_or_why")
        ),
        sa.CheckConstraint(
            "withheld IS NULL OR (lower IS NULL AND upper IS NULL)",
            name=op.f("ck_figure_no_band"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "first_week"],
            ["period.clinic_id", "period.first_week"],
            name=op.f("fk_figure_clinic_id_first_week"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "first_week", "unit_id", "indicator", name=op.f("pk_figure")
        ),
    )
    op.create_index(
        op.f("ix_figure_clinic_id_unit_id_first_week"),
        "figure",
        ["clinic_id", "unit_id", "first_week"],
        unique=False,
    )

    op.create_table(
        "overview",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=130), nullable=False),
        sa.Column("first_week", sa.String(length=8), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("lower", sa.Integer(), nullable=True),
        sa.Column("upper", sa.Integer(), nullable=True),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "first_week"],
            ["period.clinic_id", "period.first_week"],
            name=op.f("fk_overview_clinic_id_first_week"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "scope", "first_week", "indicator", name=op.f("pk_overview")
        ),
    )
    op.create_table(
        "unit_team",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "quarter", "unit_id"],
            ["unit.clinic_id", "unit.quarter", "unit.unit_id"],
            name=op.f("fk_unit_team_clinic_id_quarter_unit_id"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "team_id", "quarter", name=op.f("pk_unit_team")
        ),
    )

    if op.get_bind().dialect.name == "postgresql":
        _refuse_on_postgresql()
    else:
        _refuse_on_sqlite()


def _refuse_on_sqlite() -> None:
    for table in _TABLES:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER no_{change.lower()}_of_{table} "
                f"BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for table in _TABLES:
        op.execute(
            f"CREATE TRIGGER no_change_of_{table} "
            f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("unit_team")
    op.drop_table("overview")

    op.drop_table("figure")
    op.drop_table("unit")
    op.drop_table("period")
    op.drop_table("calendar")
    op.drop_table("action_figure")

    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
