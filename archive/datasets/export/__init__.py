"""Records out of the archive into a dataset that ``load`` takes back: the same archive gives the same bytes.

``selection`` says which records, ``shapes`` how a record becomes JSON, ``lines`` reads them page by page, ``writers``
put them into files, ``beside`` writes what lies beside them, and ``directory`` makes it all appear at once or not at
all.
"""
