#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The numbers of a scan's processes of a kind, worker, judge or keep (or `worker|judge`), in this process
# namespace. Those of a world have numbers of their own, while /proc may be another's.
#   tests/children.sh KIND
ours=$(readlink /proc/self/ns/pid)
for one in /proc/[0-9]*; do
	[ "$(readlink "$one/ns/pid" 2>/dev/null)" = "$ours" ] &&
		tr '\0' ' ' <"$one/cmdline" 2>/dev/null | grep -Eq "^dsfi ($1) " &&
		awk '/^NSpid:/ { printf "%s ", $NF }' "$one/status"
done 2>/dev/null
