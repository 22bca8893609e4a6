"""Real servers for the tests, each on a free port with a folder of its own, ended when the block ends."""
