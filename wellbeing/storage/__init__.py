"""SQLAlchemy tables, queries and migrations for SQLite and PostgreSQL."""
