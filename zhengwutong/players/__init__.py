"""People played by the program, through the public doors only: HTTP and the socket. Imports no other room."""
