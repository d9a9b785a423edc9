"""Formats by language, for the setting FORMAT_MODULE_PATH."""
