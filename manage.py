#!/usr/bin/env python
"""Runs prmonitor's commands; a bad setting ends it with one line instead of a traceback."""

import os
import sys


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - said before anything that such a Python cannot read
        sys.exit("prmonitor: Python 3.11 or newer is needed, and this is " + sys.version.split()[0])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prmonitor.settings")
    from monitor.rules.masking import masked
    from prmonitor.logs import mask_uncaught

    mask_uncaught()
    try:
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:
        sys.exit(
            "prmonitor: Django is not there for this Python: use .venv/bin/python, or `make run`, which sets it up"
        )
    try:
        settings.INSTALLED_APPS  # noqa: B018 - the first touch reads the settings
    except ImproperlyConfigured as error:
        sys.exit(f"prmonitor: {masked(str(error))}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
