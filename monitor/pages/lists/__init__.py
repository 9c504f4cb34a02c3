"""Lists of pull requests: which ones a list holds, how its rows are grouped and ordered, and what each row shows."""
