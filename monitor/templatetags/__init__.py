"""Template tags and filters that prmonitor adds to Django's."""
