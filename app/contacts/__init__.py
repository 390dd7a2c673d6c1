"""Whom we asked before we judged: for what, by when, and what came back."""
