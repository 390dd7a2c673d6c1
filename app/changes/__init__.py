"""Every change ever made, in order."""
