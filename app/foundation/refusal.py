"""What the commands say, in one line, when they can't go on."""


class Refusal(Exception):
    """A person must mend something first: the text is one line that says what."""
