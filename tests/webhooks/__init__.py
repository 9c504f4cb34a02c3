"""Tests of incoming webhooks: which deliveries the endpoint accepts, which hints they give, what prmonitor reads."""
