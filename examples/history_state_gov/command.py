"""The command line that the converters share: where from, where to, and the audit at the end."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from examples.history_state_gov.reading import Audit, ConversionError, folders_with_xml, unread
from examples.history_state_gov.writing import Dataset

Convert = Callable[[Path, Dataset, Audit], None]


def run(convert: Convert, title: str, url: str, words: list[str] | None = None, left: tuple[str, ...] = ()) -> None:
    """Convert, print the audit, and exit: 0; 1 where a field or a file was passed over; 2 where nothing was written.

    ``left`` names the folders whose files are left unread on purpose; "." is the source's own folder.
    """
    parser = argparse.ArgumentParser(description=f"Convert {title} into a dataset.")
    parser.add_argument("source", type=Path, help="the publisher's .tar.xz, or the directory unpacked")
    parser.add_argument("folder", type=Path, help="a new or an empty directory for the dataset")
    parser.add_argument("--version", default="", help="which version of the source it is")
    asked = parser.parse_args(words)
    dataset, audit = Dataset(), Audit()
    try:
        convert(asked.source, dataset, audit)
        if audit.is_empty:
            there = ", ".join(folders_with_xml(asked.source)[:20]) or "no folder"
            raise ConversionError(f"{asked.source}: got XML in {there}, expected it in the folders that are converted")
        audit.count_files(unread(asked.source), left)
        dataset.write(asked.folder, title, asked.version, url)
    except (ConversionError, OSError) as error:
        parser.exit(2, f"Nothing was written. {error}\n")
    for kind, records in dataset.records.items():
        sys.stdout.write(f"{kind:<16} {len(records):>8,}\n")
    sys.stdout.write("\n".join(audit.lines()) + "\n")
    if audit.unmapped or audit.unread_files:
        sys.exit(1)
