"""A password hasher for tests: PBKDF2 that takes no time."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class FastPBKDF2(PBKDF2PasswordHasher):
    iterations = 2
