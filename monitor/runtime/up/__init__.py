"""The parts of `manage.py up` beside the supervisor: its processes, its demo settings, and what it prints."""
