"""The web pages: views, forms, and the words and values that their templates show."""
