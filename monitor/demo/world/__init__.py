"""The state and the rules of the made-up GitHub: accounts, teams, repositories, pull requests, and what changes them."""
