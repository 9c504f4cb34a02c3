"""What is no repository's fault: the database is away, or too busy for us. Whoever meets it stops asking GitHub."""

from django.db import InterfaceError, OperationalError

OUTAGE = (OperationalError, InterfaceError)
