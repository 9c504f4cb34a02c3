"""The REST API under `/api/v1`, health and metrics, and the endpoint that receives GitHub's webhooks."""
