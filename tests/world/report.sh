#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The report as HTML: it needs nothing from elsewhere, runs no script but its own, says what the JSON
# says, shows hostile names as what they are, and goes on in further pages. Prints TAP.
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
needs python3

# What a browser would make of a page, and what of that is not as it should be.
cat >"$folder/page.py" <<'PYTHON'
import base64, hashlib, html.parser, json, os, sys, urllib.parse

VOID = {"meta", "link", "br", "hr", "img", "input"}
LINKS = {"src", "href", "action", "data", "poster", "srcset", "formaction", "xlink:href", "background"}


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.path, self.open, self.mistakes = path, [], []
        self.policy, self.links, self.assets, self.texts = "", [], {"style": [], "script": []}, []
        self.rows = 0
        with open(path, encoding="utf-8") as file:
            self.feed(file.read())
        self.close()
        self.mistakes += ["<%s> is not closed" % name for name in self.open]

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name.startswith("on") or name == "style":
                self.mistakes.append("<%s %s=>, which the policy forbids" % (tag, name))
            if name in LINKS and (tag, name) != ("a", "href") and "://" in value:
                self.mistakes.append("<%s> fetches '%s'" % (tag, value))
            elif name in LINKS:
                self.links.append(value)
        attributes = dict(attributes)
        if attributes.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = attributes["content"]
        elif tag == "meta" and "http-equiv" in attributes or tag in ("base", "iframe", "object", "embed", "img"):
            self.mistakes.append("<%s>" % tag)
        self.rows += "data-name" in attributes
        if tag not in VOID:
            self.open.append(tag)
        if tag in self.assets:
            self.assets[tag].append("")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.mistakes.append("</%s> closes %s" % (tag, self.open[-1:]))

    def handle_data(self, data):
        if self.open and self.open[-1] in self.assets:
            self.assets[self.open[-1]][-1] += data
        else:
            self.texts.append(data)

    def text(self):
        return " ".join(self.texts)

    def policy_mistakes(self):
        rules = dict(rule.split(None, 1) for rule in self.policy.split(";") if rule.strip())
        if rules.get("default-src") != "'none'" or rules.get("base-uri") != "'none'":
            yield "the policy allows more than it must: %s" % self.policy
        for tag in self.assets:
            if len(self.assets[tag]) != 1:
                yield "%d <%s>" % (len(self.assets[tag]), tag)
            for body in self.assets[tag]:
                digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
                if rules.get(tag + "-src") != "'sha256-%s'" % digest:
                    yield "%s-src is not the hash of <%s>" % (tag, tag)

    def link_mistakes(self):
        for link in self.links:
            parts = urllib.parse.urlsplit(link)
            # A link is no request; the text of a standard may be linked to.
            if link.startswith("https://www.rfc-editor.org/rfc/rfc"):
                continue
            beside = os.path.join(os.path.dirname(self.path), urllib.parse.unquote(parts.path))
            if parts.scheme or parts.netloc or not os.path.exists(beside):
                yield "a link to '%s'" % link


def main():
    pages = [Page(path) for path in sys.argv[2:]]
    mistakes = ["%s: %s" % (os.path.basename(page.path), mistake) for page in pages
                for mistake in page.mistakes + list(page.policy_mistakes()) + list(page.link_mistakes())]
    if sys.argv[1] == "-":
        for mistake in mistakes[:10]:
            print(mistake, file=sys.stderr)
        return 1 if mistakes else 0
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    summary, findings = lines[0], lines[1:]
    text = " ".join(page.text() for page in pages)
    label = "%d good, %d with warnings, %d bad, %d not measured" % tuple(
        summary[key] for key in ("good", "warning", "bad", "not_measured"))
    with open(pages[0].path, encoding="utf-8") as file:
        if label not in file.read():
            mistakes.append("it does not say: %s" % label)
    if sum(page.rows for page in pages) != summary["domains"]:
        mistakes.append("%d rows of domains" % sum(page.rows for page in pages))
    if sum(summary[key] for key in ("good", "warning", "bad", "not_measured")) != summary["domains"]:
        mistakes.append("the states do not add up to all domains")
    for row in summary["findings"]:
        domains = {finding["domain"] for finding in findings if finding["code"] == row["code"]}
        if row["domains"] != len(domains):
            mistakes.append("%s: %d domains counted, %d found" % (row["code"], row["domains"], len(domains)))
    for finding in findings:
        for part in (finding["code"], finding["domain"]):
            if part not in text:
                mistakes.append("'%s' is not shown" % part)
    # The first card of a code tells the sentence of its first finding.
    told = sum(finding["sentence"] in text for finding in findings)
    if "--sentences" in os.environ.get("CHECK", "") and told < len({(f["domain"], f["code"]) for f in findings}):
        mistakes.append("only %d of %d sentences are told" % (told, len(findings)))
    for mistake in mistakes[:10]:
        print(mistake, file=sys.stderr)
    return 1 if mistakes else 0


sys.exit(main())
PYTHON

# An ordinary world.
world=$folder/world.yaml
"$DSFI" world make --domains 150 --seed 5 --faults 50 --behaviours 0 --signed 50 >"$world"
"$DSFI" world targets "$world" >"$folder/targets"
"$DSFI" world run "$world" -- "$DSFI" check --quiet --json --targets "$folder/targets" \
	--store "$folder/store" >"$folder/findings" 2>"$folder/err"
"$DSFI" report --quiet --json --store "$folder/store" --html "$folder/report.html" --worst 150 \
	>"$folder/report.jsonl" 2>>"$folder/err"
point $? 'a report is written'
[ "$(grep -c '"type":"finding"' "$folder/findings")" -gt 50 ]
point $? 'there is something to report'
grep '"type":"finding"' "$folder/findings" | sort >"$folder/one"
grep '"type":"finding"' "$folder/report.jsonl" | sort >"$folder/two"
cmp -s "$folder/one" "$folder/two"
point $? 'report --json gives the findings that check --json gave'
CHECK=--sentences python3 "$folder/page.py" "$folder/report.jsonl" "$folder/report.html" 2>"$folder/err"
point $? 'the page is whole, needs nothing else, and says what the JSON says'
troubled=$(python3 -c '
import json, sys
print(json.loads(open(sys.argv[1]).readlines()[1])["domain"])' "$folder/report.jsonl")
"$DSFI" history --json --store "$folder/store" --html "$folder/history.html" "$troubled" \
	>"$folder/past" 2>"$folder/err" && [ "$(cat "$folder/err")" = "history: $folder/history.html" ] &&
	python3 "$folder/page.py" - "$folder/history.html" 2>"$folder/err"
point $? 'so is the page of a history'
python3 -c '
import html, json, sys
page = html.unescape(open(sys.argv[2], encoding="utf-8").read())
for line in map(json.loads, open(sys.argv[1], encoding="utf-8")):
    for words in line["changes"] + [one[key] for one in line["opened"] for key in ("code", "sentence")]:
        if words not in page:
            sys.exit("the page does not say: " + words)' "$folder/past" "$folder/history.html" 2>"$folder/err"
point $? '... which says what the JSON says'
cp "$folder/store" "$folder/was" && spared=0
for option in html raw; do
	"$DSFI" history --quiet --store "$folder/store" --$option "$folder/store" "$troubled" >"$folder/out" 2>"$folder/err"
	[ $? = 2 ] && grep -q 'cannot write .*store.*name another file' "$folder/err" && [ ! -s "$folder/out" ] && continue
	spared=1
done
cmp -s "$folder/store" "$folder/was" && [ $spared = 0 ]
point $? 'neither its page nor its octets replace the store'
# A check that cannot fail proves nothing.
sed 's/<script>/<script>;/' "$folder/report.html" >"$folder/wrong.html"
python3 "$folder/page.py" "$folder/report.jsonl" "$folder/wrong.html" 2>"$folder/err"
[ $? = 1 ] && grep -q 'script-src is not the hash' "$folder/err"
point $? '... and a script that is not ours is noticed'
sed '0,/<h2>/s//<h2 onclick="x"><img src="http:\/\/x\/">/' "$folder/report.html" >"$folder/wrong.html"
python3 "$folder/page.py" "$folder/report.jsonl" "$folder/wrong.html" 2>"$folder/err"
[ $? = 1 ] && grep -q 'onclick' "$folder/err" && grep -q "<img> fetches 'http" "$folder/err"
point $? '... and so is what is not escaped'

# Names that would be markup, commands of a terminal, or ends of strings.
cat >"$folder/hostile.yaml" <<'WORLD'
world: 1
seed: 7
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4]}
  - {name: a.nic.tld, addresses: [198.18.0.1]}
  - {name: b.nic.tld, addresses: [198.18.0.2]}
  - {name: 'n<script>alert\0401\041</script>''&amp\059.host.tld', addresses: [198.18.1.1]}
  - {name: '\034><img\032src=x\027[2J\032onerror=alert\0402\041>.host.tld', addresses: [198.18.1.2], behaviour: [stale-serial]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld, b.nic.tld]}
  - {name: host, servers: ['n<script>alert\0401\041</script>''&amp\059.host.tld', '\034><img\032src=x\027[2J\032onerror=alert\0402\041>.host.tld']}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: root-servers.net, operator: root}
  - {name: host.tld, operator: nic}
domains:
  - {name: plain.tld, operator: host, faults: [ns-dangling]}
  - {name: secure.tld, operator: host, signed: 13 nsec, faults: [sig-missing]}
  - {name: one.tld, operator: host, faults: [one-server]}
canned:
  - at: 198.18.1.1
    name: plain.tld
    type: TXT
    replies:
      - flags: [aa]
        answer: |
          plain.tld. 60 IN TXT "</script><script>alert(3)</script>\"\\\027[2J\255"
  - at: 198.18.1.2
    name: plain.tld
    type: TXT
    replies:
      - flags: [aa]
        answer: |
          plain.tld. 60 IN TXT "</script><script>alert(3)</script>\"\\\027[2J\255"
WORLD
cat >"$folder/names" <<'NAMES'
plain.tld
secure.tld
one.tld
<script>alert\0404\041</script>.tld
\034'><b>.tld
&lt\059.tld
NAMES
hostile() {
	"$DSFI" world run "$folder/hostile.yaml" -- "$DSFI" "$@" 2>"$folder/err"
}
hostile check --quiet --targets "$folder/names" --store "$folder/hostile" --json >"$folder/findings"
[ $? = 1 ] && [ "$(grep -c '"type":"domain"' "$folder/findings")" = 6 ]
point $? 'a world of hostile names is checked'
"$DSFI" report --quiet --json --store "$folder/hostile" --html "$folder/hostile.html" \
	--title '</title><script>alert(5)</script>"' >"$folder/hostile.jsonl" 2>"$folder/err"
CHECK=--sentences python3 "$folder/page.py" "$folder/hostile.jsonl" "$folder/hostile.html" 2>"$folder/err"
point $? 'hostile names and titles are text in the page'
for text in 'alert\\(1\\)' 'alert\\(2\\)' 'alert\\(4\\)' 'alert(5)' '&amp;lt'; do
	grep -qF -- "$(echo "$text" | sed 's/\\\\/\\/g')" "$folder/hostile.html"
	point $? "... '$text' among it"
done
"$DSFI" history --quiet --store "$folder/hostile" --html "$folder/history.html" \
	'<script>alert\0404\041</script>.tld' >"$folder/past" 2>"$folder/err" &&
	python3 "$folder/page.py" - "$folder/history.html" 2>"$folder/err" &&
	grep -qF '&lt;script\&gt;alert\(4\)' "$folder/history.html"
point $? '... and in the page of a history'
hostile scan --quiet --json plain.tld >"$folder/scan"
python3 -c '
import json, sys
text = json.dumps(json.loads(sys.stdin.readline()))
sys.exit(0 if "alert(3)" in text else 1)' <"$folder/scan" 2>"$folder/err"
point $? 'a hostile TXT record is a string in the JSON'
{
	hostile check --quiet --targets "$folder/names"
	hostile check --quiet plain.tld
	hostile scan --quiet plain.tld
	"$DSFI" report --store "$folder/hostile"
	"$DSFI" history --store "$folder/hostile" --html "$folder/plain.html" plain.tld
	cat "$folder/plain.html" "$folder/history.html" "$folder/scan" "$folder/findings" "$folder/hostile.jsonl" "$folder/hostile.html"
} >"$folder/all" 2>&1
LC_ALL=C tr -d '\n\t -~\200-\377' <"$folder/all" >"$folder/control"
[ -s "$folder/all" ] && [ ! -s "$folder/control" ]
point $? 'no control character reaches a terminal, a page or a line of JSON'

# More domains than a page holds, in a file whose name is no link as it stands.
seq -f 'n%g.tld' 4100 >"$folder/many"
hostile check --quiet --json --targets "$folder/many" --store "$folder/many.db" >/dev/null
"$DSFI" report --quiet --json --store "$folder/many.db" --html "$folder/run:1 #2?.html" \
	>"$folder/many.jsonl" 2>"$folder/err"
ls "$folder/run:1 #2?.html" "$folder/run:1 #2?-2.html" "$folder/run:1 #2?-3.html" >/dev/null 2>"$folder/err" &&
	[ ! -e "$folder/run:1 #2?-4.html" ]
point $? 'a report of 4,100 domains has three pages'
python3 "$folder/page.py" "$folder/many.jsonl" "$folder/run:1 #2?.html" "$folder/run:1 #2?-2.html" \
	"$folder/run:1 #2?-3.html" 2>"$folder/err"
point $? '... which are whole, and whose links lead to them'
grep -q 'href="run%3A1%20%232%3F-3.html"' "$folder/run:1 #2?-2.html"
point $? '... and each to each'
echo '<!doctype html>of somebody else' >"$folder/run:1 #2?-4.html"
"$DSFI" report --quiet --store "$folder/store" --html "$folder/run:1 #2?.html" >/dev/null 2>"$folder/err"
[ ! -e "$folder/run:1 #2?-2.html" ] && [ ! -e "$folder/run:1 #2?-3.html" ] &&
	[ -s "$folder/run:1 #2?-4.html" ]
point $? 'a shorter report leaves no pages of a longer one behind, and what is not ours alone'
mkfifo "$folder/run:1 #2?-2.html"
timeout 20 "$DSFI" report --quiet --store "$folder/store" --html "$folder/run:1 #2?.html" >/dev/null 2>"$folder/err" &&
	[ -p "$folder/run:1 #2?-2.html" ]
point $? '... and waits for no pipe of that name'

# Where it cannot be written, nothing is.
mkdir "$folder/page.html"
"$DSFI" report --quiet --store "$folder/store" --html "$folder/page.html" >"$folder/out" 2>"$folder/err"
[ $? = 2 ] && grep -q "page.html" "$folder/err" && [ "$(wc -l <"$folder/err")" = 1 ]
point $? 'a folder in its place is named'

finish
