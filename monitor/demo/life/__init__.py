"""The people of the demo at work: the organization `acme`, its past, and what happens there every few seconds."""
