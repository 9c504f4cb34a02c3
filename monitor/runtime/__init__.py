"""Runs the processes: the django-q2 cluster, the supervisor, and what `manage.py up` starts."""
