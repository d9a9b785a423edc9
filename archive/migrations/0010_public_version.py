"""The version of what the public can read."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0009_groups'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stamp', models.CharField(help_text='A random text, new at each raise: no stamp returns, not even after a restored backup.', max_length=36)),
                ('number', models.BigIntegerField(default=0, help_text='How many times the version was raised.')),
            ],
            options={
                'verbose_name': 'public version',
            },
        ),
    ]
