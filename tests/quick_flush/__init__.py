"""A Django app for tests: a `flush` after which the rows that `migrate` writes are there at once."""
