#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A registry's evening in small: 100,000 domains made, served, scanned, judged and kept on this machine,
# the world's server included. Prints each figure with its limit; fails when one is missed.
#   tests/bench/scale.sh [DOMAINS]
set -eu

build=${DSFI_BUILD:-build}
domains=${1:-100000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
PATH=$(cd "$build" && pwd):$PATH
export PATH

dsfi world make --domains "$domains" --seed 1 >"$folder/world.yaml"
dsfi world targets "$folder/world.yaml" >"$folder/targets"
python3 - "$folder" "$domains" <<'EOF'
import resource, subprocess, sys, time

folder, domains = sys.argv[1], int(sys.argv[2])
IN_FLIGHT = 2000
missed = 0


def figure(name, value, limit, unit):
    global missed
    missed += value > limit
    print("%-44s %9.1f %-4s limit %7.1f%s" % (name, value, unit, limit,
                                             "  MISSED" if value > limit else ""))


def run(*command):
    began = time.monotonic()
    subprocess.run(["dsfi", "world", "run", folder + "/world.yaml", "--", *command], check=True)
    return time.monotonic() - began


scale = max(domains / 100000, 1.0)
figure("world ready, %d domains" % domains, run("true"), 20 * scale, "s")
took = run("sh", "-c", "exec python3 -c '"
           "import resource, subprocess, sys; "
           "code = subprocess.run(sys.argv[1:]).returncode; "
           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=open(\"%s/rss\", \"w\")); "
           "sys.exit(code)' dsfi check --targets %s/targets --store %s/store --json -q "
           "--fail-on never >%s/findings" % (folder, folder, folder, folder))
figure("scanned, judged, kept", took, 240 * scale, "s")
figure("largest process of the scan", int(open(folder + "/rss").read()) / 1024,
       64 + IN_FLIGHT * 16 / 1024, "MiB")
# The world's server is the largest child that is left.
figure("largest process, the world's server included",
       resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1024, "MiB")
print("%d domains/s" % (domains / took))
score = subprocess.run(["dsfi", "world", "score", folder + "/world.yaml", folder + "/findings"],
                       stdout=subprocess.PIPE, text=True)
print(score.stdout.splitlines()[0])
sys.exit(1 if missed or score.returncode else 0)
EOF
