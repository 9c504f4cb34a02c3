"""The commands of the app, by name."""
