"""Whether the databases are sound: pages, keys, migrations, triggers, releases, rights.

Nothing is changed, and no sentence tells anything about a person.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from wellbeing.domain.errors import WellbeingError
from wellbeing.storage import audit_queries
from wellbeing.storage.backup_places import need_file, see_one_moment
from wellbeing.storage.engine import reading
from wellbeing.storage.release_checks import faults_of_releases
from wellbeing.storage.release_engine import SCHEMA, Door
from wellbeing.storage.release_tables import ReleaseBase
from wellbeing.storage.rights_checks import advice_on_app, lead_may_too_much
from wellbeing.storage.schema import HOUSE, RELEASES, Schema, is_current

_RELEASE_TABLES = ReleaseBase.metadata.tables
_KEYS = {HOUSE.folder: "check_ins", RELEASES.folder: "release_tables"}
LEDGERS = ("audit_record", "bundle", "bundle_maker", "bundle_member", "bundle_recall")
"""Tables that only grow; the database itself refuses anything else."""
_NAMES = {HOUSE.folder: "The check-ins", RELEASES.folder: "The releases"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what, in one word.
        faults: a sentence for each fault; none: it is sound.
        told: the sentence for when it is sound.
        advice: what would better be otherwise, and is no fault.
    """

    name: str
    faults: tuple[str, ...] = ()
    told: str
    advice: tuple[str, ...] = ()

    @property
    def fine(self) -> bool:
        """Whether no fault was found."""
        return not self.faults


def verify(house: sa.Engine, releases: sa.Engine, door: Door) -> list[Check]:
    """Look through both databases; what cannot be looked at any more is left out.

    Raises:
        DatabaseUnusableError: a database cannot be opened or read.
    """
    for engine in (house, releases):
        need_file(engine)
    checks = [_migrations(house, releases)]
    if not checks[0].fine:
        return checks
    checks += [_soundness(house, HOUSE), _soundness(releases, RELEASES)]
    checks += [_triggers(releases), _ledgers(house)]
    with reading(house) as db, reading(releases) as out:
        see_one_moment(db, out)
        faults = tuple(faults_of_releases(db, out))
    told = "Releases: every closed period has its units and figures."
    checks.append(Check(name="releases", faults=faults, told=told))
    checks += [_audit(house), _rights(house)]
    return [*checks, _identity(door)]


def _migrations(house: sa.Engine, releases: sa.Engine) -> Check:
    faults = tuple(
        f"{_NAMES[schema.folder]} do not have the schema of this version. "
        "Run: python -m wellbeing migrate"
        for engine, schema in ((house, HOUSE), (releases, RELEASES))
        if not is_current(engine, schema)
    )
    return Check(
        name="migrations",
        faults=faults,
        told="Migrations: both have the newest schema.",
    )


def _soundness(engine: sa.Engine, schema: Schema) -> Check:
    name = _NAMES[schema.folder]
    with reading(engine) as db:
        if db.dialect.name == "sqlite":
            pages = db.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            orphans = {row[0] for row in db.exec_driver_sql("PRAGMA foreign_key_check")}
        else:
            pages = "ok"
            orphans = set(_orphans(db, schema.metadata.sorted_tables))
    faults = [] if pages == "ok" else [f"{name}: the file is damaged. Restore it."]
    faults += [f"{name}: a row of {t} refers to nothing." for t in sorted(orphans)]
    told = f"{name}: every table can be read and every reference leads somewhere."
    return Check(name=_KEYS[schema.folder], faults=tuple(faults), told=told)


def _orphans(db: sa.Connection, tables: Iterable[sa.Table]) -> Iterable[str]:
    """Yield each table that has a row whose reference leads nowhere."""
    for table in tables:
        db.execute(sa.select(sa.func.count()).select_from(table))
        for key in table.foreign_key_constraints:
            other = key.referred_table.alias()
            pairs = [(e.parent, other.c[e.column.name]) for e in key.elements]
            there = sa.exists().where(*(mine == theirs for mine, theirs in pairs))
            set_ = (mine.is_not(None) for mine, _ in pairs)
            if db.scalar(sa.select(sa.exists().where(*set_, ~there))):
                yield table.name


_SQLITE_TRIGGERS = """
SELECT name FROM sqlite_master
WHERE type = 'trigger' AND sql LIKE '%BEGIN SELECT RAISE(ABORT, %'
"""
_POSTGRESQL_TRIGGERS = """
SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid
WHERE n.nspname = %s AND t.tgenabled IN ('O', 'A')
AND p.prosrc LIKE '%%RAISE EXCEPTION%%'
"""


def _triggers(releases: sa.Engine) -> Check:
    with reading(releases) as out:
        found = _triggers_in(out, SCHEMA)
        kinds = ["update", "delete"] if out.dialect.name == "sqlite" else ["change"]
    faults = [
        f"Releases: nothing keeps {table} from being changed. Restore."
        for table in _unkept(_RELEASE_TABLES, kinds, found)
    ]
    told = "Triggers: no release can be changed or deleted."
    return Check(name="triggers", faults=tuple(faults), told=told)


def _ledgers(house: sa.Engine) -> Check:
    with reading(house) as db:
        found = _triggers_in(db, "public")
    faults = [
        f"Ledgers: nothing keeps {table} from being changed. Restore."
        for table in _unkept(LEDGERS, ["update", "delete"], found)
    ]
    told = "Ledgers: neither the audit record nor that of bundles can be changed."
    return Check(name="ledgers", faults=tuple(faults), told=told)


def _triggers_in(db: sa.Connection, schema: str) -> set[str]:
    if db.dialect.name == "sqlite":
        return set(db.exec_driver_sql(_SQLITE_TRIGGERS).scalars())
    return set(db.exec_driver_sql(_POSTGRESQL_TRIGGERS, (schema,)).scalars())


def _unkept(
    tables: Iterable[str], kinds: Iterable[str], found: Collection[str]
) -> list[str]:
    """Return the tables of which a trigger is missing, or refuses nothing."""
    needed = {f"no_{kind}_of_{table}": table for table in tables for kind in kinds}
    return sorted({table for name, table in needed.items() if name not in found})


def _audit(house: sa.Engine) -> Check:
    with reading(house) as db:
        faults = audit_queries.faults_of_chain(db)
        number = audit_queries.count_records(db)
    told = f"Audit record: a whole chain of {number}."
    return Check(name="audit", faults=tuple(faults), told=told)


def _rights(house: sa.Engine) -> Check:
    with reading(house) as db:
        advice = advice_on_app(db)
    told = "Rights: the app may do what it has to."
    return Check(name="rights", told=told, advice=advice)


def _identity(door: Door) -> Check:
    """Look through the door as a lead's screen does."""
    if door.engine is None:
        told = "Identity: none is set, so no team trends are shown. See: grant-lead."
        return Check(name="identity", told=told)
    faults: list[str] = []
    try:
        with door.open() as out:
            for table in _RELEASE_TABLES.values():
                out.execute(sa.select(table).limit(1))
            if out.dialect.name == "postgresql":
                if _may_change(out):
                    faults.append("Identity: it may change releases. Make another one.")
                if lead_may_too_much(out):
                    faults.append(_TOO_MUCH)
    except WellbeingError as error:
        lacks_a_right = isinstance(error.__cause__, sa.exc.ProgrammingError)
        faults.append(f"Identity: {_NO_RIGHTS if lacks_a_right else error}")
    told = "Identity: team trends are read by one that reads releases and nothing else."
    return Check(name="identity", faults=tuple(faults), told=told)


_TOO_MUCH = (
    "Identity: it has rights besides reading releases, such as a role or a right on "
    "the server. Make another one."
)
_NO_RIGHTS = "it may not read the releases. Run: python -m wellbeing grant-lead NAME"


def _may_change(out: sa.Connection) -> bool:
    changes = "INSERT, UPDATE, DELETE, TRUNCATE"
    may_change = (
        sa.func.has_table_privilege(f"{SCHEMA}.{table}", changes)
        for table in _RELEASE_TABLES
    )
    return any(out.execute(sa.select(*may_change)).one())
