"""A password hasher that counts: how many tries got as far as a password."""

from django.contrib.auth.hashers import MD5PasswordHasher


class Counted(MD5PasswordHasher):
    """Writes and reads what the tests' hasher does; each password that is hashed counts, of unknown names too."""

    reached: list[None] = []

    def encode(self, password: str, salt: str) -> str:
        self.reached.append(None)
        return super().encode(password, salt)
