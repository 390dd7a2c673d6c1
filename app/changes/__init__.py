"""Every change ever made, in order: the feed of what is public, and each resource's history."""
