"""The desk: the open work of who asks, in one look."""
