"""Files attached to sources: their types, how they are stored, and whether they are all still there. No HTTP."""
