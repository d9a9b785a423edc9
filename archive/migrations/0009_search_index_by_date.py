"""An index of the search's entries in the order of its results, which SQLite reads backwards; the old one mixed directions."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("archive", "0008_merged_records")]

    operations = [
        migrations.RunSQL(
            "DROP INDEX archive_search_date; "
            "CREATE INDEX archive_search_date ON archive_searchentry (date_sort, kind, record_id)",
            "DROP INDEX archive_search_date; "
            "CREATE INDEX archive_search_date ON archive_searchentry (date_sort DESC, kind, record_id)",
        )
    ]
