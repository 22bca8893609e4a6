"""What runs within the installation under test, each a process with its environment."""
