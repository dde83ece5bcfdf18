"""Gatherings, calendar feeds and reminders.

Going down removes them all; nobody is told of a gathering that goes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.Column("from_week", sa.String(length=8), nullable=True),
        sa.CheckConstraint(
            "hour BETWEEN 0 AND 23 AND weekday BETWEEN 0 AND 6",
            name=op.f("ck_calendar_feed_hour_range"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_calendar_feed_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", name=op.f("pk_calendar_feed")
        ),
        sa.UniqueConstraint(
            "clinic_id",
            "token_hash",
            name=op.f("uq_calendar_feed_clinic_id_token_hash"),
        ),
    )
    op.create_index(
        op.f("ix_calendar_feed_token_hash"),
        "calendar_feed",
        ["token_hash"],
        unique=False,
    )
    op.create_table(
        "gathering",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "peer_group",
                "workshop",
                "retreat",
                "consultation",
                "online",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("about", sa.String(length=2000), nullable=False),
        sa.Column("start", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "repeats",
            sa.Enum(
                "never",
                "weekly",
                "fortnightly",
                "monthly",
                name="repeats",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.CheckConstraint("minutes >= 1", name=op.f("ck_gathering_minutes_range")),
        sa.CheckConstraint("places >= 1", name=op.f("ck_gathering_places_range")),
        sa.CheckConstraint("times >= 1", name=op.f("ck_gathering_times_range")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "host_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_gathering_clinic_id_host_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "gathering_id", name=op.f("pk_gathering")),
    )
    op.create_index(
        op.f("ix_gathering_clinic_id_over_at"),
        "gathering",
        ["clinic_id", "over_at"],
        unique=False,
    )
    op.create_table(
        "reminder",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("from_week", sa.String(length=8), nullable=True),
        sa.Column("gatherings", sa.Boolean(), nullable=False),
        sa.Column("paused_until", sa.String(length=8), nullable=True),
        sa.CheckConstraint(
            "hour BETWEEN 0 AND 23 AND weekday BETWEEN 0 AND 6",
            name=op.f("ck_reminder_hour_range"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_reminder_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clinic_id", "person_id", name=op.f("pk_reminder")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reminder_message",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "check_in",
                "gathering",
                "cancelled",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "claimed",
                "sent",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_reminder_message_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "person_id",
            "kind",
            "occasion",
            name=op.f("pk_reminder_message"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_reminder_message_clinic_id_state_try_at"),
        "reminder_message",
        ["clinic_id", "state", "try_at"],
        unique=False,
    )
    op.create_table(
        "reminder_stop_link",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_reminder_stop_link_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "person_id", "token_hash", name=op.f("pk_reminder_stop_link")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_reminder_stop_link_token_hash"),
        "reminder_stop_link",
        ["token_hash"],
        unique=False,
    )
    op.create_table(
        "gathering_joined",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("gathering_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id", "gathering_id"],
            ["gathering.clinic_id", "gathering.gathering_id"],
            name=op.f("fk_gathering_joined_clinic_id_gathering_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "person_id"],
            ["person.clinic_id", "person.person_id"],
            name=op.f("fk_gathering_joined_clinic_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id", "gathering_id", "person_id", name=op.f("pk_gathering_joined")
        ),
        sa.UniqueConstraint(
            "clinic_id",
            "gathering_id",
            "turn",
            name=op.f("uq_gathering_joined_clinic_id_gathering_id_turn"),
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("gathering_joined")
    op.drop_table("reminder_stop_link")
    op.drop_table("reminder_message")
    op.drop_table("reminder")
    op.drop_table("gathering")
    op.drop_table("calendar_feed")
