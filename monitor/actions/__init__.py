"""What users do: watch repositories, claim and snooze pull requests, save views, pause and delete repositories."""
