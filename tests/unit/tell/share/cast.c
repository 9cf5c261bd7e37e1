/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parties and messages of the model's tests, in this room's. */
#include "model/cast.c"
