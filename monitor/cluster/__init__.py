"""Our django-q2 cluster: schedules looked at every second, and an end of the whole when a part was killed."""
