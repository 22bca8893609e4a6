"""HTTP before Django: who may connect, how slow and how large a request may be, and whose is worked on next."""
