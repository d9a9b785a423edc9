#!/usr/bin/env bash
# Run all tests on SQLite, and those that use the database on PostgreSQL too; with CI=true a missing PostgreSQL is a
# failure, not a skip.
set -euo pipefail
export DEBUG=true
postgres="${POSTGRES_URL:-postgresql://${PGUSER:-$(id -un)}@${PGHOST:-127.0.0.1}:${PGPORT:-5432}/postgres}"

# In groups, and in order: what the tests of a group share is made by one worker, not by each, and tests that empty the
# database come last.
tests() { python -m pytest --create-db -n "${WORKERS:-2}" --dist loadgroup --no-loadscope-reorder "$@"; }

echo "== SQLite"
DATABASE_URL="sqlite:///db.sqlite3" tests "$@"

if python scripts/postgres_answers.py "$postgres"; then
    echo "== PostgreSQL"
    DATABASE_URL="$postgres" tests --database-tests "$@"
elif [ "${CI:-}" = "true" ]; then
    echo "PostgreSQL does not answer, and with CI=true it must. Set POSTGRES_URL." >&2
    exit 1
else
    echo "PostgreSQL does not answer: its half of the tests is left out. Set POSTGRES_URL to run it."
fi
