"""Private texts, encrypted for their author, and the wrapped keys of people.

Going down removes both: what people wrote for themselves is gone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "person_key",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("password_salt", sa.LargeBinary(), nullable=False),
        sa.Column("by_password", sa.LargeBinary(), nullable=False),
        sa.Column("by_code", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_person_key_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "person_id", name=op.f("pk_person_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "text_secret",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_text_secret_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "person_id", name=op.f("pk_text_secret")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "private_text",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text_id", sa.String(length=32), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('reflection', 'intention', 'small_success', 'practice', 'draft')",
            name=op.f("ck_private_text_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_private_text_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "person_id",
            "kind",
            "text_id",
            name=op.f("pk_private_text"),
        ),
        sqlite_with_rowid=False,
    )
    op.add_column("web_session", sa.Column("wrapped_key", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("web_session", "wrapped_key")
    op.drop_table("private_text")
    op.drop_table("text_secret")
    op.drop_table("person_key")
