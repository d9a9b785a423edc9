"""Indexes for the order of lists that show records of any status."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("archive", "0004_date_display")]
    operations = [
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['start_sort', 'slug'], name='appointment_start_any_status'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['date_sort', 'slug'], name='event_date_any_status'),
        ),
        migrations.AddIndex(
            model_name='measure',
            index=models.Index(fields=['in_force_sort', 'slug'], name='measure_in_force_any_status'),
        ),
        migrations.AddIndex(
            model_name='official',
            index=models.Index(fields=['sort_name', 'slug'], name='official_sort_name_any_status'),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(fields=['published_sort', 'slug'], name='source_published_any_status'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['date_sort', 'slug'], name='statement_date_any_status'),
        ),
    ]
