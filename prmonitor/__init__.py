"""The project: settings, addresses and servers. It composes the apps; nothing imports it."""

__version__ = "0.1.0"
