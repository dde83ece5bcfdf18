"""Times that peers agree on, and the mails about them and about gatherings.

Going down removes the times, what people asked of these mails, and their messages.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_KINDS = "ck_reminder_message_kind"
_BEFORE = ("check_in", "gathering", "cancelled")
_NEW = ("peer", "changed", "moved_up")


def upgrade() -> None:
    op.create_table(
        "peer_appointment",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("from_week", sa.String(length=8), nullable=True),
        sa.Column("by_first", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "weekday BETWEEN 0 AND 6 AND hour BETWEEN 6 AND 22",
            name=op.f("ck_peer_appointment_hour_range"),
        ),
        sa.CheckConstraint(
            "agreed = (from_week IS NOT NULL) AND agreed = (by_first IS NULL)",
            name=op.f("ck_peer_appointment_either"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "first_id", "second_id"],
            ["peer_pair.clinic_id", "peer_pair.first_id", "peer_pair.second_id"],
            name=op.f("fk_peer_appointment_clinic_id_first_id_second_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "clinic_id",
            "first_id",
            "second_id",
            "agreed",
            name=op.f("pk_peer_appointment"),
        ),
        sqlite_with_rowid=False,
    )
    for table, column in (("reminder", "peers"), ("gathering_joined", "waits")):
        op.add_column(
            table,
            sa.Column(column, sa.Boolean(), server_default=sa.false(), nullable=False),
        )
    # Who waits now is told, too, when they have a place.
    op.execute(
        "UPDATE gathering_joined SET waits = true WHERE "
        "(SELECT places FROM gathering "
        "WHERE gathering.clinic_id = gathering_joined.clinic_id "
        "AND gathering.gathering_id = gathering_joined.gathering_id) <= "
        "(SELECT count(*) FROM gathering_joined AS before "
        "JOIN person ON person.clinic_id = before.clinic_id "
        "AND person.person_id = before.person_id AND person.standing <> 'left' "
        "WHERE before.clinic_id = gathering_joined.clinic_id "
        "AND before.gathering_id = gathering_joined.gathering_id "
        "AND before.turn < gathering_joined.turn)"
    )
    _kinds((*_BEFORE, *_NEW))


def _kinds(names: tuple[str, ...]) -> None:
    """Let these be the kinds of messages in the queue."""
    allowed = sa.column("kind", sa.String()).in_(names)
    with op.batch_alter_table(
        "reminder_message", table_kwargs={"sqlite_with_rowid": False}
    ) as table:
        table.drop_constraint(op.f(_KINDS), type_="check")
        table.create_check_constraint(op.f(_KINDS), allowed)


def downgrade() -> None:
    kind = sa.column("kind", sa.String())
    op.execute(sa.delete(sa.table("reminder_message", kind)).where(kind.in_(_NEW)))
    _kinds(_BEFORE)
    for table, column in (("gathering_joined", "waits"), ("reminder", "peers")):
        op.drop_column(table, column)
    op.drop_table("peer_appointment")
