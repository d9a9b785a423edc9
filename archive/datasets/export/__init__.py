"""Export of records into a dataset that ``load`` reads back. The same archive gives the same bytes.

``selection`` decides which records are exported, ``pages`` reads them page by page as JSON, ``writers`` write files,
``metadata`` the files that describe the dataset, and ``directory`` makes them all appear at once or not at all.
"""
