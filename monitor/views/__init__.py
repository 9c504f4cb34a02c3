"""The pages: each view fetches, calls and renders; what a page says is decided in small pure modules beside it."""
