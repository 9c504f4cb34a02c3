"""Names the exceptions that mean that the database is unavailable or overloaded.

They are no fault of the repository or message that is being processed: the caller stops instead of recording a failure.
"""

from django.db import InterfaceError, OperationalError

DATABASE_OUTAGE = (OperationalError, InterfaceError)
