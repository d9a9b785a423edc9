"""Second implementations of reads, by Django's ORM: the differential tests compare the compiled queries with them."""
