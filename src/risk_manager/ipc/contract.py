"""What the endpoint and its client agree on beyond the status JSON itself."""

STATUS_PATH = "/status"
STREAM_PATH = "/status/stream"
AGE_HEADER = "Status-Age-Ms"
"""Milliseconds since the status was published, measured by the daemon."""
INSTANCE_HEADER = "Daemon-Instance"
"""Process id and start of the daemon: tells it from a later owner of its port."""
