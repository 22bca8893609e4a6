"""Floods and slow attackers against a real installation, and an innocent user who must not notice."""
