"""Our django-q2 cluster: checks the schedules every second, and ends as a whole when one of its processes was killed."""
