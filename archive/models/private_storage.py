"""Storage of files that have no URL: uploads that the archive itself reads and serves."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.files.storage import FileSystemStorage

#: The settings with folders of the archive's own.
_FOLDERS = ("IMPORT_ROOT", "MEDIA_ROOT")


class PrivateStorage(FileSystemStorage):
    """Files in the folder that a setting names, without a URL and readable by the service's account only."""

    #: The name of the setting with the folder.
    setting: str

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:
        return str(getattr(settings, self.setting))

    @property
    def location(self) -> str:
        return os.path.abspath(self.base_location)  # noqa: PTH100 (links stay as they are set)

    def url(self, name: str | None) -> str:
        raise ValueError("The file has no URL: a view of the admin sends it.")


@register(Tags.files, deploy=True)
def folders_are_writable(app_configs: object, **kwargs: object) -> list[Error]:
    """System check that files can be stored in the folders, or that these can be made."""
    return [
        Error(
            f"{name}: got '{getattr(settings, name)}', expected a folder that may be written to or can be made.",
            hint=f"Make the folder, and let the user of the service own it; or set {name} to another one.",
            id="chancery.E001",
        )
        for name in _FOLDERS
        if not _is_writable(Path(getattr(settings, name)))
    ]


def _is_writable(folder: Path) -> bool:
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
