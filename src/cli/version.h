/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line: the program's name and version. */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

#include <stdio.h>

void version_print(FILE *out);

#endif
