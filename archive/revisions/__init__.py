"""Earlier states of records, with their links and parts, and how one of them is stored again."""
