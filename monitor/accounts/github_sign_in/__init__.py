"""Sign in with GitHub. allauth does the OAuth exchange; this package decides who may sign in, and to which account."""
