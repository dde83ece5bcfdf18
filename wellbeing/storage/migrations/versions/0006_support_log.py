"""The support log, and what the clinic's own contacts are.

Contacts that are there become of the kind "other", without an address, unchecked.
Going down removes the logs; contacts keep name, reach and what they are there for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_KINDS = (
    "supervision",
    "peer_supporter",
    "therapists",
    "employee_assistance",
    "occupational_health",
    "other",
)
_USED = (
    "peer",
    "supervision",
    "team",
    "own_therapy",
    "counselling",
    "rest",
    "community",
    "gathering",
    "workshop",
    "boundaries",
    "encouragement",
)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(
        *values, name=name, native_enum=False, create_constraint=True, length=20
    )


def upgrade() -> None:
    with op.batch_alter_table("contact") as contact:
        contact.add_column(
            sa.Column(
                "kind",
                _one_of("contact_kind", *_KINDS),
                server_default="other",
                nullable=False,
            )
        )
        contact.add_column(
            sa.Column("email", sa.String(length=254), server_default="", nullable=False)
        )
        contact.add_column(
            sa.Column("agreed", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        contact.add_column(sa.Column("checked_on", sa.Date()))
        contact.create_check_constraint(
            op.f("ck_contact_agreed_to_mail"), "NOT agreed OR email <> ''"
        )
    op.create_table(
        "support_week",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_support_week_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "week", name=op.f("pk_support_week")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "support_entry",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("kind", _one_of("kind", *_USED), nullable=False),
        sa.Column("lasted", _one_of("lasted", "minutes", "hour", "half_day", "longer")),
        sa.Column("helped", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "helped BETWEEN 0 AND 4", name=op.f("ck_support_entry_helped_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id", "week"],
            ["support_week.clinic_id", "support_week.person_id", "support_week.week"],
            name=op.f("fk_support_entry_clinic_id_person_id_week"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "week", "kind", name=op.f("pk_support_entry")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("support_entry")
    op.drop_table("support_week")
    with op.batch_alter_table("contact") as contact:
        contact.drop_constraint(op.f("ck_contact_agreed_to_mail"), type_="check")
        contact.drop_constraint(op.f("ck_contact_contact_kind"), type_="check")
        for name in ("checked_on", "agreed", "email", "kind"):
            contact.drop_column(name)
