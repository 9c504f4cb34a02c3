"""The part of the REST API that a watcher of pull requests needs."""
