"""Sign-in and sign-out: with a password, with GitHub, with a printed link, and in the admin site."""
