"""`python -m app` is the command `onrecord`."""

from app.cli import main

main()
