"""Operates prmonitor: health, metrics, deletion of old rows, required rows, the demo's rows."""
