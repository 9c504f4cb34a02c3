"""Who a user is: sign-in, API tokens, password tries, GitHub logins, profiles, team leads."""
