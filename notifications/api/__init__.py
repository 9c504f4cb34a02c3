"""Serves `/deliveries` and `/why` of the REST API: which messages were sent, which were not, and why."""
