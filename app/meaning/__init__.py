"""What statements mean, as vectors by which they are near or far, in whatever language."""
