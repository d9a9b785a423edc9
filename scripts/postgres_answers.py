"""Exit with 0 when a PostgreSQL answers at the URL given."""

import sys

import psycopg

try:
    psycopg.connect(sys.argv[1], connect_timeout=3).close()
except psycopg.Error as error:
    sys.exit(str(error).splitlines()[0])
