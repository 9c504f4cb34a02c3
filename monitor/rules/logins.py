"""Compares GitHub logins, regardless of upper and lower case, as GitHub does.

Called wherever two logins are compared. Depends on no setting.
"""


def same_login(login: str | None, other: str | None) -> bool:
    """Whether both are the login of one account. None, a deleted account, is the same as nobody, not even as None."""
    return login is not None and other is not None and login.lower() == other.lower()
