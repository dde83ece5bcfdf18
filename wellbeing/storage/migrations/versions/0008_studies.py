"""Studies, consents, the ledger of bundles and download tokens.

Going down removes them all, the ledger included; keys and bundle files stay where
they are, and check-ins as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_REFUSAL = "the ledger of bundles is written once and never changed"
_FOR_EVER = ("bundle", "bundle_recall")
_WITH_THE_PERSON = ("bundle_maker", "bundle_member")


def upgrade() -> None:
    op.create_table(
        "study",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.String(length=41), nullable=False),
        sa.Column("key_check", sa.String(length=64), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_study_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "study_id", name=op.f("pk_study")),
    )
    op.create_table(
        "study_researcher",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.String(length=41), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_study_researcher_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "study_id"],
            ["study.clinic_id", "study.study_id"],
            name=op.f("fk_study_researcher_clinic_id_study_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "study_id", "person_id", name=op.f("pk_study_researcher")
        ),
    )
    op.create_table(
        "study_version",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.String(length=41), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "open",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("ethics_reference", sa.String(length=200), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("from_week", sa.String(length=8), nullable=False),
        sa.Column("through_week", sa.String(length=8), nullable=False),
        sa.Column("freeze_date", sa.Date(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("instruments", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column(
            "time_unit",
            sa.Enum(
                "blocks",
                "weeks",
                name="time_unit",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "through_week >= from_week", name=op.f("ck_study_version_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "study_id"],
            ["study.clinic_id", "study.study_id"],
            name=op.f("fk_study_version_clinic_id_study_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "study_id", "version", name=op.f("pk_study_version")
        ),
    )
    op.create_table(
        "bundle",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.String(length=41), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column(
            "through",
            sa.Enum(
                "screen",
                "command",
                name="through",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "size",
            sa.Enum(
                "fewer_than_30",
                "30_to_59",
                "60_or_more",
                name="size",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "time_unit",
            sa.Enum(
                "blocks",
                "weeks",
                name="time_unit",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("extras", sa.Text(), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "study_id", "version"],
            [
                "study_version.clinic_id",
                "study_version.study_id",
                "study_version.version",
            ],
            name=op.f("fk_bundle_clinic_id_study_id_version"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "bundle_id", name=op.f("pk_bundle")),
    )
    op.create_index(
        op.f("ix_bundle_clinic_id_study_id"),
        "bundle",
        ["clinic_id", "study_id"],
        unique=False,
    )
    op.create_table(
        "study_consent",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.String(length=41), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "agreed",
                "taken_back",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column(
            "role_group",
            sa.Enum(
                "therapy",
                "medicine_and_nursing",
                "social_and_other",
                name="role_group",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column(
            "tenure",
            sa.Enum(
                "up_to_five_years",
                "over_five_years",
                name="tenure",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_study_consent_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "study_id", "version"],
            [
                "study_version.clinic_id",
                "study_version.study_id",
                "study_version.version",
            ],
            name=op.f("fk_study_consent_clinic_id_study_id_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "study_id",
            "version",
            "person_id",
            name=op.f("pk_study_consent"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bundle_maker",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "bundle_id"],
            ["bundle.clinic_id", "bundle.bundle_id"],
            name=op.f("fk_bundle_maker_clinic_id_bundle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_bundle_maker_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "bundle_id", "person_id", name=op.f("pk_bundle_maker")
        ),
    )
    op.create_table(
        "bundle_member",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "bundle_id"],
            ["bundle.clinic_id", "bundle.bundle_id"],
            name=op.f("fk_bundle_member_clinic_id_bundle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_bundle_member_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "bundle_id", "person_id", name=op.f("pk_bundle_member")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_bundle_member_clinic_id_person_id"),
        "bundle_member",
        ["clinic_id", "person_id"],
        unique=False,
    )
    op.create_table(
        "bundle_recall",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "bundle_id"],
            ["bundle.clinic_id", "bundle.bundle_id"],
            name=op.f("fk_bundle_recall_clinic_id_bundle_id"),
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "bundle_id", name=op.f("pk_bundle_recall")
        ),
    )
    op.create_table(
        "study_token",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            nullable=False,
        ),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "uses_left >= 0", name=op.f("ck_study_token_uses_left_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "bundle_id"],
            ["bundle.clinic_id", "bundle.bundle_id"],
            name=op.f("fk_study_token_clinic_id_bundle_id"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_study_token_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "token_id", name=op.f("pk_study_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_study_token_token_hash")),
    )

    if op.get_bind().dialect.name == "postgresql":
        _refuse_on_postgresql()
    else:
        _refuse_on_sqlite()


def _refuse_on_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    there = (
        "EXISTS (SELECT 1 FROM person WHERE person.clinic_id = OLD.clinic_id "
        "AND person.person_id = OLD.person_id)"
    )
    for table in (*_FOR_EVER, *_WITH_THE_PERSON):
        when = f"WHEN {there} " if table in _WITH_THE_PERSON else ""
        op.execute(
            f"CREATE TRIGGER no_update_of_{table} BEFORE UPDATE ON {table} {refuse}"
        )
        op.execute(
            f"CREATE TRIGGER no_delete_of_{table} BEFORE DELETE ON {table} "
            f"{when}{refuse}"
        )


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    # Rows of a person go with the person: then nobody of that id is left.
    op.execute(
        "CREATE FUNCTION refuse_while_person_is_there() RETURNS trigger "
        "LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM person WHERE person.clinic_id = OLD.clinic_id "
        "AND person.person_id = OLD.person_id; "
        f"IF FOUND THEN RAISE EXCEPTION '{_REFUSAL}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN OLD; END $$"
    )
    for table in (*_FOR_EVER, *_WITH_THE_PERSON):
        gone = table in _WITH_THE_PERSON
        on_delete = "refuse_while_person_is_there" if gone else "refuse_ledger_change"
        for change, function in (
            ("update", "refuse_ledger_change"),
            ("delete", on_delete),
        ):
            op.execute(
                f"CREATE TRIGGER no_{change}_of_{table} BEFORE {change} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {function}()"
            )
        op.execute(
            f"CREATE TRIGGER no_truncate_of_{table} BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
        )


def downgrade() -> None:
    op.drop_table("study_token")
    op.drop_table("bundle_recall")
    op.drop_index(
        op.f("ix_bundle_member_clinic_id_person_id"), table_name="bundle_member"
    )
    op.drop_table("bundle_member")
    op.drop_table("bundle_maker")
    op.drop_table("study_consent")
    op.drop_index(op.f("ix_bundle_clinic_id_study_id"), table_name="bundle")
    op.drop_table("bundle")
    op.drop_table("study_version")
    op.drop_table("study_researcher")
    op.drop_table("study")

    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_while_person_is_there()")
        op.execute("DROP FUNCTION refuse_ledger_change()")
