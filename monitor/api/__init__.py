"""The REST API under `/api/v1`: thin views that ask the use cases and hand out JSON."""
