#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Adoption over a million domains and 12 runs: time, memory, size of the page; and a million operators of one domain.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
domains=${DSFI_BENCH_DOMAINS:-1000000}
status=0

# timed NAME SECONDS KIB COMMAND...: beside its limits.
timed() {
	name=$1 seconds=$2 kib=$3
	shift 3
	python3 -c 'import resource, subprocess, sys, time
began = time.monotonic()
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
print("%.2f" % (time.monotonic() - began), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
      file=open(sys.argv[1], "w"))' "$folder/time" "$@"
	read -r took peak <"$folder/time"
	verdict=$(awk -v took="$took" -v limit="$seconds" -v peak="$peak" -v room="$kib" \
		'BEGIN { print took <= limit && peak <= room ? "ok" : "MISSED" }')
	echo "$name: $took s (limit $seconds), $peak KiB at peak (limit $kib): $verdict"
	[ "$verdict" = ok ] || status=1
}

python3 "$DSFI_SOURCE/tests/bench/adoption.py" "$DSFI" "$folder/store" "$domains" 12
for by in tld operator as; do
	timed "$domains domains, 12 runs, by $by, page and table" 20 524288 "$DSFI" report -q --store "$folder/store" \
		--by $by --html "$folder/$by.html" --csv "$folder/$by.csv"
	size=$(wc -c <"$folder/$by.html")
	echo "the page by $by: $size octets (limit 2097152)"
	[ "$size" -le 2097152 ] || status=1
done
rm "$folder/store"
python3 "$DSFI_SOURCE/tests/bench/adoption.py" "$DSFI" "$folder/store" "$domains" 12 --operators "$domains"
timed "$domains operators of one domain each" 60 1048576 "$DSFI" report -q --store "$folder/store" --by operator
exit $status
