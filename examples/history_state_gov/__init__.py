"""Two public-domain datasets of the US Office of the Historian, made into datasets that ``manage.py load`` takes."""
