#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A miniature Internet of 1,000 domains: made, scanned, judged, compared with what is really wrong in
# it, and shown. Everything stays below BUILD/demo (or DEMO_FOLDER); nothing leaves the machine.
#   tools/demo.sh BUILD [DOMAINS [SEED]]
# shellcheck disable=SC2094 # `targets` is a command here and a file there
set -eu

build=$(cd "${1:?usage: tools/demo.sh BUILD [DOMAINS [SEED]]}" && pwd)
domains=${2:-1000}
seed=${3:-1}
demo=${DEMO_FOLDER:-$build/demo}
PATH=$build:$PATH
export PATH

rm -rf "$demo"
mkdir -p "$demo"
cd "$demo"

echo "== a world of $domains domains (seed $seed)"
dsfi world make --domains "$domains" --seed "$seed" >world.yaml
dsfi world targets world.yaml >targets

echo '== scan and judge every domain inside it'
# Exit code 1 says that something is wrong with the domains, and plenty is.
code=0
dsfi world run world.yaml -- \
	dsfi check --targets targets --store demo.db --json >findings.jsonl || code=$?
if [ "$code" -gt 1 ]; then
	echo "demo: the check ended with exit code $code" >&2
	exit "$code"
fi

echo '== what was found'
dsfi report --store demo.db --html report.html

echo '== compared with the truth, which the world knows and the scan does not'
dsfi world score world.yaml findings.jsonl

# The summary's numbers, too: domains a code, from the report and from the world.
dsfi report --store demo.db --json | grep '"type":"summary"' |
	grep -o '"code":"[^"]*","domains":[0-9]*' |
	sed 's/"code":"\([^"]*\)","domains":\([0-9]*\)/\1 \2/' | grep -v ' 0$' | sort >counts.report
dsfi world truth --profile default world.yaml |
	awk '{ for (i = 2; i <= NF; i++) count[$i]++ } END { for (code in count) print code, count[code] }' |
	sort >counts.truth
diff counts.truth counts.report || {
	echo 'demo: the summary and the truth count differently (< truth, > summary)' >&2
	exit 1
}
echo "the summary counts $(wc -l <counts.report) kinds of findings, each as often as the truth"

echo
echo "The report: $demo/report.html"
