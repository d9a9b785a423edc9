"""What filters and doors call: visibility, dates, names, pages."""
