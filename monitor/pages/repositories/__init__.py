"""The pages of the watched repositories, and the forms on them."""
