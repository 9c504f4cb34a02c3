"""Sign in with GitHub: of allauth only the OAuth exchange; who comes in, and as whom, is decided here."""
