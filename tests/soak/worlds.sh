#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Random worlds, one after the other, each scanned, judged and scored; memory and time of each.
# For SOAK_MINUTES (60) from seed SOAK_SEED (the day's number); the first that is not perfect is kept.
set -eu

minutes=${SOAK_MINUTES:-60}
seed=${SOAK_SEED:-$(($(date +%s) / 86400))}
domains=${SOAK_DOMAINS:-2000}
end=$(($(date +%s) + minutes * 60))
folder=$(mktemp -d "$DSFI_BUILD/soak.XXXXXX")
worlds=0

while [ "$(date +%s)" -lt "$end" ]; do
	started=$(date +%s)
	"$DSFI" world make --domains "$domains" --seed "$seed" >"$folder/world.yaml"
	"$DSFI" world targets "$folder/world.yaml" >"$folder/targets"
	code=0
	"$DSFI" world run "$folder/world.yaml" -- "$DSFI" check --targets "$folder/targets" \
		--profile full --own --own-targets --connect --store "$folder/store.sqlite" --json >"$folder/findings.jsonl" || code=$?
	if [ "$code" -gt 1 ] ||
		! score=$("$DSFI" world score --profile full --own --connect "$folder/world.yaml" "$folder/findings.jsonl"); then
		echo "worlds: seed $seed: exit code $code; kept in $folder"
		exit 1
	fi
	worlds=$((worlds + 1))
	echo "worlds: seed $seed: $(echo "$score" | tail -n 1), $(($(date +%s) - started)) s," \
		"store $(du -k "$folder/store.sqlite" | cut -f1) KiB"
	# The store stays for the next world: other domains of the same names, all changed.
	seed=$((seed + 1))
done
rm -rf "$folder"
echo "worlds: $worlds worlds of $domains domains, none wrong"
