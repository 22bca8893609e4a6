"""Several people at once in real Chromium windows, against the service as an operator runs it."""
