#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a C file of catalog/clocks, which the program reads as it reads a file of clocks that it is given.

    clocks.py CATALOGUE OUTPUT

A unit test reads the whole of it.
"""

import sys

from signals import quote


def main():
    quote(sys.argv[1], sys.argv[2], "judge/case/clocks.h", "case_clocks_catalogue")
    return 0


if __name__ == "__main__":
    sys.exit(main())
