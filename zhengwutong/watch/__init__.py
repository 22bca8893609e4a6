"""What an operator and his proxy watch: alive, ready, figures. docs/operations.md says what to do about them."""
