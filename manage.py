#!/usr/bin/env python
"""Django's command line, with errors of configuration and of the database in one line, and none on an interruption."""

import os
import signal
import sys
from typing import Any

#: The exit code of a command that did not run, because the database does not answer or was not migrated.
NOT_RUN = 2


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Within, for most of a command's start is spent here, and it may be interrupted already.
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import Error

    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except ImproperlyConfigured as error:
        sys.exit(f"Configuration error. {error}")
    except Error as error:
        from archive.database import command_failure

        message = command_failure(error)
        if message is None or "--traceback" in sys.argv:
            raise
        sys.stderr.write(f"{message}\n")
        sys.exit(NOT_RUN)


def end(signal_number: int = signal.SIGINT) -> None:
    """Be ended by the signal itself, and not by an exit code: so make and the shell know that all of it was meant."""
    signal.signal(signal_number, signal.SIG_DFL)
    os.kill(os.getpid(), signal_number)


def handle_unraisable(unraisable: Any) -> None:
    """An interruption that falls into a finalizer can't be raised there, and would be lost."""
    if unraisable.exc_type is KeyboardInterrupt:
        end()
    sys.__unraisablehook__(unraisable)


if __name__ == "__main__":
    sys.unraisablehook = handle_unraisable
    try:
        main()
    except KeyboardInterrupt:
        end()
    except BrokenPipeError:
        # The reader of the output has gone ("| head"), which says nothing of what the command did.
        end(signal.SIGPIPE)
