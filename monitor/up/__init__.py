"""What `manage.py up` is made of, apart from the supervisor: which processes, which settings, and what it prints."""
