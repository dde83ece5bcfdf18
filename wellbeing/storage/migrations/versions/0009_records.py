"""The audit record, which the database itself keeps from change, and who reads it.

Going down removes the record and takes the role of staff representative from people.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_REFUSAL = "The audit record only grows."
_ROLES = "ck_person_role_role"
_BEFORE = ("clinician", "lead", "researcher", "administrator")
_EVENTS = (
    "signed_in",
    "password_changed",
    "recovered",
    "identity_linked",
    "identity_unlinked",
    "invited",
    "started_over",
    "person_added",
    "roles_changed",
    "team_changed",
    "access_ended",
    "access_given",
    "account_deleted",
    "people_loaded",
    "second_factor_set",
    "second_factor_ended",
    "trends_read",
    "rules_changed",
    "study_opened",
    "study_closed",
    "study_handed_over",
    "bundle_made",
    "restored",
    "key_confirmed",
    "moved",
    "keeping_changed",
    "old_data_removed",
)


def upgrade() -> None:
    _roles((*_BEFORE, "representative"))
    op.create_table(
        "audit_record",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                *_EVENTS,
                name="event",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("actor", sa.Uuid(), nullable=True),
        sa.Column("concerning", sa.Uuid(), nullable=True),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_audit_record_number_range")),
        sa.PrimaryKeyConstraint("clinic_id", "number", name=op.f("pk_audit_record")),
        sqlite_with_rowid=False,
    )
    for column in ("actor", "concerning"):
        op.create_index(
            op.f(f"ix_audit_record_clinic_id_{column}"),
            "audit_record",
            ["clinic_id", column],
            unique=False,
        )
    op.create_table(
        "audit_end",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("dropped", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "dropped_seal",
            sa.String(length=64),
            server_default="0" * 64,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_audit_end")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _refuse_on_postgresql()
    else:
        _refuse_on_sqlite()


def _refuse_on_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER no_update_of_audit_record BEFORE UPDATE ON audit_record "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )
    op.execute(
        "CREATE TRIGGER no_delete_of_audit_record BEFORE DELETE ON audit_record "
        "WHEN OLD.day > date('now', '-730 days') "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF TG_OP = 'DELETE' AND OLD.day <= current_date - 730 "
        "THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'"
        "; END $$"
    )
    for change in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER no_{change}_of_audit_record BEFORE {change} "
            "ON audit_record FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
        )
    op.execute(
        "CREATE TRIGGER no_truncate_of_audit_record BEFORE TRUNCATE "
        "ON audit_record FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def _roles(names: tuple[str, ...]) -> None:
    """Let these be the roles that somebody can hold."""
    allowed = sa.column("role", sa.String()).in_(names)
    with op.batch_alter_table("person_role") as table:
        table.drop_constraint(op.f(_ROLES), type_="check")
        table.create_check_constraint(op.f(_ROLES), allowed)


def downgrade() -> None:
    op.drop_table("audit_record")
    op.drop_table("audit_end")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
    op.execute("DELETE FROM person_role WHERE role = 'representative'")
    _roles(_BEFORE)
