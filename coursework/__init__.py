"""Set, collect, mark and return the course's assignments."""
