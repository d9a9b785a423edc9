"""Django's fixture formats with checks of their entries: ``SERIALIZATION_MODULES`` names them in place of Django's."""
