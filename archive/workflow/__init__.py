"""The workflow of records: review, publication, notes, proposed changes and findings. No HTTP; the admin calls it."""
