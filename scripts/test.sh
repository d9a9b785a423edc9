#!/usr/bin/env bash
# Run the tests on SQLite and on PostgreSQL; with CI=true a missing PostgreSQL is a failure, not a skip.
set -euo pipefail
export DEBUG=true
postgres="${POSTGRES_URL:-postgresql://${PGUSER:-$(id -un)}@${PGHOST:-127.0.0.1}:${PGPORT:-5432}/postgres}"
rm -f .coverage .coverage.*

echo "== SQLite"
DATABASE_URL="sqlite:///db.sqlite3" python -m pytest --create-db -n "${WORKERS:-2}" --cov --cov-report= "$@"

if python scripts/postgres_answers.py "$postgres"; then
    echo "== PostgreSQL"
    DATABASE_URL="$postgres" python -m pytest --create-db -n "${WORKERS:-2}" --cov --cov-append --cov-report= "$@"
elif [ "${CI:-}" = "true" ]; then
    echo "PostgreSQL does not answer, and with CI=true it must. Set POSTGRES_URL." >&2
    exit 1
else
    echo "PostgreSQL does not answer: its half of the tests is left out. Set POSTGRES_URL to run it."
fi
if [ $# -eq 0 ]; then python -m coverage combine --quiet 2>/dev/null || true; python -m coverage report | tail -25; fi
