"""Records in bulk: datasets in. ``manage.py load`` and the admin's import call :mod:`archive.datasets.load`."""
