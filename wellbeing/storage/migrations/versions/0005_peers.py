"""Pairings, peer check-ins, charts shown to a peer, kind notes.

Going down removes them all; check-ins and people stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "peer_round",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"],
            ["clinic.clinic_id"],
            name=op.f("fk_peer_round_clinic_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "week", name=op.f("pk_peer_round")),
    )
    op.create_table(
        "peer_block",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("peer_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "peer_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_block_clinic_id_peer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_block_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "peer_id", name=op.f("pk_peer_block")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "peer_contact",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "first_id < second_id", name=op.f("ck_peer_contact_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "first_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_contact_clinic_id_first_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "second_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_contact_clinic_id_second_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "first_id", "second_id", "week", name=op.f("pk_peer_contact")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_peer_contact_clinic_id_second_id"),
        "peer_contact",
        ["clinic_id", "second_id"],
        unique=False,
    )
    op.create_table(
        "peer_note",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("peer_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "peer_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_note_clinic_id_peer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_note_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "peer_id", "week", name=op.f("pk_peer_note")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "peer_pair",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "asked",
                "pool",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "rhythm",
            sa.Enum(
                "weekly",
                "fortnightly",
                "monthly",
                name="pair_rhythm",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("asked_week", sa.String(length=8), nullable=False),
        sa.Column(
            "first_says",
            sa.Enum(
                "yes",
                "no",
                name="first_reply",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column(
            "second_says",
            sa.Enum(
                "yes",
                "no",
                name="second_reply",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("began_week", sa.String(length=8), nullable=True),
        sa.Column("ended_week", sa.String(length=8), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_peer_pair_in_order")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "first_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_pair_clinic_id_first_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "second_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_pair_clinic_id_second_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "first_id", "second_id", name=op.f("pk_peer_pair")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_peer_pair_clinic_id_second_id"),
        "peer_pair",
        ["clinic_id", "second_id"],
        unique=False,
    )
    op.create_table(
        "peer_record",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("peer_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column(
            "guide",
            sa.Enum(
                "weekly",
                "monthly",
                name="guide",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "how",
            sa.Enum(
                "in_person",
                "phone",
                "video",
                "message",
                name="how",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column(
            "length",
            sa.Enum(
                "short",
                "medium",
                "long",
                name="length",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("areas", sa.String(length=120), nullable=False),
        sa.Column("given", sa.String(length=120), nullable=False),
        sa.Column("received", sa.String(length=120), nullable=False),
        sa.Column("connected", sa.Integer(), nullable=True),
        sa.Column("wants_more", sa.Boolean(), nullable=True),
        sa.Column("intention", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "connected BETWEEN 0 AND 10", name=op.f("ck_peer_record_connected_range")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "peer_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_record_clinic_id_peer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_record_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "peer_id", "week", name=op.f("pk_peer_record")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "peer_sentence",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("peer_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "peer_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_sentence_clinic_id_peer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_sentence_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "person_id",
            "peer_id",
            "week",
            "own",
            name=op.f("pk_peer_sentence"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "peer_setting",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("may_be_asked", sa.Boolean(), nullable=False),
        sa.Column("rests", sa.Boolean(), nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum(
                "weekly",
                "fortnightly",
                "monthly",
                name="peer_rhythm",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("pool_since", sa.String(length=8), nullable=True),
        sa.Column("pause_until", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_setting_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "person_id", name=op.f("pk_peer_setting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "peer_share",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("peer_id", sa.Uuid(), nullable=False),
        sa.Column("from_week", sa.String(length=8), nullable=False),
        sa.Column("last_week", sa.String(length=8), nullable=False),
        sa.Column("shown_from", sa.String(length=8), nullable=False),
        sa.Column("early_signs", sa.Boolean(), nullable=False),
        sa.CheckConstraint("last_week >= from_week", name=op.f("ck_peer_share_ends")),
        sa.CheckConstraint(
            "shown_from <= from_week", name=op.f("ck_peer_share_begins")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "peer_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_share_clinic_id_peer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_peer_share_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "peer_id", name=op.f("pk_peer_share")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_peer_share_clinic_id_peer_id"),
        "peer_share",
        ["clinic_id", "peer_id"],
        unique=False,
    )
    op.create_table(
        "peer_share_indicator",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("peer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "indicator",
            sa.Enum(
                "overall",
                "compassion_fatigue",
                "burnout",
                "exhaustion",
                "detachment",
                "secondary_trauma",
                "compassion_satisfaction",
                "rest",
                "workload",
                "support",
                name="shared_indicator",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id", "peer_id"],
            ["peer_share.clinic_id", "peer_share.person_id", "peer_share.peer_id"],
            name=op.f("fk_peer_share_indicator_clinic_id_person_id_peer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "person_id",
            "peer_id",
            "indicator",
            name=op.f("pk_peer_share_indicator"),
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("peer_share_indicator")
    op.drop_index(op.f("ix_peer_share_clinic_id_peer_id"), table_name="peer_share")
    op.drop_table("peer_share")
    op.drop_table("peer_setting")
    op.drop_table("peer_sentence")
    op.drop_table("peer_record")
    op.drop_index(op.f("ix_peer_pair_clinic_id_second_id"), table_name="peer_pair")
    op.drop_table("peer_pair")
    op.drop_table("peer_note")
    op.drop_index(
        op.f("ix_peer_contact_clinic_id_second_id"), table_name="peer_contact"
    )
    op.drop_table("peer_contact")
    op.drop_table("peer_block")
    op.drop_table("peer_round")
