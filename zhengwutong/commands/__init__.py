"""One module per command: `arguments(parser)` says what it takes, `run(arguments)` does it.

`run` returns the exit code.
"""
