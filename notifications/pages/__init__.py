"""The page that explains a pull request to one person: why it is on their list or not, and why they were told or not."""
