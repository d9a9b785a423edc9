"""Storage of files that have no URL: uploads that the archive itself reads and serves."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.files.storage import FileSystemStorage


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
