"""Pushes changes to open WebSockets: in each web process, one feed reads the events and sends frames to the sockets."""
