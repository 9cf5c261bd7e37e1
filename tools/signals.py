#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a C file of catalog/signals, which the program reads as it reads a file of --signals.

    signals.py CATALOGUE OUTPUT

Comments and blanks go, lines stay: what is wrong is told with its line. A unit test reads the whole of it.
"""

import pathlib
import sys


def quote(catalogue, output, header, function):
    """Write `output`, a C file with a function of the room of `header` that gives the text of `catalogue`."""
    lines = pathlib.Path(catalogue).read_text(encoding="utf-8").splitlines()
    quoted = []
    for line in lines:
        text = " ".join(line.split("#")[0].split()).replace("\\", "\\\\").replace('"', '\\"')
        quoted.append('\t       "%s\\n"' % text)
    pathlib.Path(output).write_text(
        "/* Generated of %s. */\n"
        '#include "%s"\n\n'
        "const char *%s(void)\n{\n\treturn\n%s;\n}\n" % ("catalog/" + pathlib.Path(catalogue).name, header, function, "\n".join(quoted)),
        encoding="utf-8")


def main():
    quote(sys.argv[1], sys.argv[2], "judge/change/signals.h", "signals_catalogue")
    return 0


if __name__ == "__main__":
    sys.exit(main())
