"""The embedded database as Django's backend, with its writers in one line (`base`)."""
