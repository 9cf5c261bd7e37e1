# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at pages as a browser shows them. Prints TAP.

    pages.py FOLDER AXE     the pages of FOLDER, as PAGES has them; axe-core below AXE
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tools"))
from browser import Browser  # noqa: E402 (the path comes first)

PAGES = ("report", "letter", "adoption", "history", "gallery", "case", "case-hostile")
# A4 between margins of a centimetre.
PAPER = 718
VIEWS = {
    "light": {},
    "dark": {"scheme": "dark"},
    "print": {"media": "print", "width": PAPER},
    "dark print": {"media": "print", "scheme": "dark", "width": PAPER},
    "320 pixels": {"width": 320},
    "320 pixels, dark": {"width": 320, "scheme": "dark"},
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]

AXE_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {runOnly: {type: 'tag', values: arguments[0]}, preload: false,
                   resultTypes: ['violations']})
  .then(result => done(result.violations.map(one => one.id + ': ' + one.help + ', at ' +
        one.nodes.slice(0, 3).map(node => node.target.join(' ') + ' ' + node.html.slice(0, 120)).join('; '))),
        error => done(['axe: ' + error]));
"""

# What reaches beyond the page's right edge without scrolling inside something of its own.
WIDER = """
const width = document.documentElement.clientWidth;
const found = [];
if (document.documentElement.scrollWidth > width)
  found.push('the page is ' + document.documentElement.scrollWidth + ' pixels wide');
document.querySelectorAll('main *').forEach(node => {
  if (found.length < 5 && !node.closest('.wrap, svg') && node.getBoundingClientRect().right > width + 1)
    found.push('<' + node.localName + ' class="' + node.className + '"> ends at ' +
               Math.round(node.getBoundingClientRect().right) + ': ' + node.textContent.slice(0, 60));
});
return found;
"""

# Sorting and filtering, as somebody would.
SORTED = """
const table = document.querySelector('table.sorts');
const heads = table.querySelectorAll('thead th');
const column = [...heads].findIndex(head => head.className === 'num');
const values = () => [...table.tBodies[0].rows].map(row => parseFloat(row.cells[column].textContent.replace(/,/g, '')));
const rows = table.tBodies[0].rows.length;
heads[column].querySelector('button').click();
const down = values();
heads[column].querySelector('button').click();
const up = values();
const ordered = (list, sign) => list.every((value, i) => i === 0 || sign * (value - list[i - 1]) >= 0);
return heads[column].getAttribute('aria-sort') === 'ascending' && ordered(down, -1) && ordered(up, 1) &&
       table.tBodies[0].rows.length === rows;
"""
FILTERED = """
const form = document.querySelector('form.find');
const rows = [...document.querySelectorAll('#domains tbody tr')];
const shown = () => rows.filter(row => !row.hidden).length;
const before = shown();
form.elements.state.value = 'bad';
form.dispatchEvent(new Event('input'));
const bad = shown();
form.elements.name.value = rows.find(row => !row.hidden).dataset.name.slice(0, 5).toUpperCase();
form.dispatchEvent(new Event('input'));
const one = shown();
return before === rows.length && bad === rows.filter(row => row.dataset.state === 'bad').length &&
       bad > 0 && bad < before && one >= 1 && one <= bad &&
       form.querySelector('output').textContent === one + ' of ' + rows.length + ' shown';
"""
# Without a script: all there, and nothing that does nothing.
WHOLE = """
return getComputedStyle(document.querySelector('form.find')).display === 'none' &&
       document.querySelectorAll('thead button').length === 0 &&
       [...document.querySelectorAll('#domains tbody tr')].every(row => !row.hidden);
"""
LINKS = """
return [...document.querySelectorAll('a[href^="#"]')]
  .map(link => link.getAttribute('href')).filter(href => !document.getElementById(href.slice(1)));
"""
# The colour of TLP:AMBER's letters (TLP 2.0 s2), as paper has it: once above and once below each sheet.
AMBER = re.compile(r"\b1 \.75\d* 0 rg\b")


class Points:
    """TAP."""

    def __init__(self):
        self.number = 0
        self.failed = 0

    def say(self, good, name, why=()):
        self.number += 1
        if not good:
            self.failed += 1
            for line in list(why)[:8]:
                print("# %s" % str(line).replace("\n", " "))
        print("%sok %d - %s" % ("" if good else "not ", self.number, name), flush=True)

    def skip(self, name, why):
        self.number += 1
        print("ok %d - %s # SKIP %s" % (self.number, name, why), flush=True)


def look(browser, points, path, axe):
    name = path.stem
    said, asked, wide, violations = [], [], [], []
    for view, how in VIEWS.items():
        browser.show(**how)
        browser.open(path)
        said += ["%s: %s" % (view, message) for message in browser.messages()]
        asked += ["%s: %s" % (view, url) for url in browser.requests() if url != path.as_uri()]
        wide += ["%s: %s" % (view, what) for what in browser.run(WIDER)]
        browser.run("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        wide += ["%s, unfolded: %s" % (view, what) for what in browser.run(WIDER)]
        if axe:
            browser.run(axe)
            violations += ["%s: %s" % (view, what) for what in browser.run_later(AXE_RUN, RULES)]
            browser.messages()
    points.say(not said, "%s: the browser has nothing to complain of" % name, said)
    points.say(not asked, "%s: asks nobody for anything" % name, asked)
    points.say(not wide, "%s: fits the screen and the paper" % name, wide)
    if axe:
        points.say(not violations, "%s: axe-core finds nothing in %d views" % (name, len(VIEWS)), violations)
    else:
        points.skip("%s: axe-core finds nothing" % name, "no axe-core here (tools/get-axe fetches it)")
    points.say(not browser.run(LINKS), "%s: links inside the page lead somewhere" % name)


def labelled(browser, path):
    """On how many sheets, and on how many of them the mark stands above and below."""
    browser.show(media="print", width=PAPER)
    browser.open(path)
    sheets = browser.paper()
    return len(sheets), sum(len(AMBER.findall(sheet)) >= 2 for sheet in sheets)


def look_at_labels(browser, points, path):
    sheets, marked = labelled(browser, path)
    points.say(sheets > 2 and marked == sheets, "%s: its mark stands above and below each printed sheet" % path.stem,
               ["%d sheets, %d marked" % (sheets, marked)])
    wrong = path.with_name("wrong.html")
    text = path.read_text(encoding="utf-8")
    wrong.write_text(text.replace('class="labelled"', "", 1), encoding="utf-8")
    sheets, marked = labelled(browser, wrong)
    points.say(marked < sheets, "a sheet without its mark is noticed")
    wrong.unlink()


def can_fail(browser, points, path, axe):
    """A check that cannot fail proves nothing."""
    text = path.read_text(encoding="utf-8")
    wrong = path.with_name("wrong.html")
    wrong.write_text(text.replace("<h1>", '<img src="beside.png"><p class="wrong">' + "w" * 200 + "</p><h1>", 1)
                     .replace(".over{", ".wrong{white-space:nowrap}.over{", 1), encoding="utf-8")
    browser.show(width=320)
    browser.open(wrong)
    points.say(browser.messages(), "a style that the policy does not know is complained of")
    wrong.write_text(text.replace("<h1>", '<p class="one">' + "w" * 200 + "</p><h1>", 1), encoding="utf-8")
    browser.open(wrong)
    points.say(browser.run(WIDER), "a word wider than the screen is noticed")
    wrong.write_text(text.replace("default-src 'none'", "default-src *", 1)
                     .replace("<h1>", '<img src="beside.png"><h1>', 1), encoding="utf-8")
    browser.open(wrong)
    points.say(wrong.with_name("beside.png").as_uri() in browser.requests(), "a picture from elsewhere is noticed")
    if axe:
        browser.run(axe)
        points.say(any("image-alt" in what for what in browser.run_later(AXE_RUN, RULES)),
                   "axe-core notices a picture without words")
    wrong.unlink()


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    script = pathlib.Path(sys.argv[2]) / "node_modules/axe-core/axe.min.js"
    axe = script.read_text(encoding="utf-8") if script.is_file() else None
    points = Points()
    with Browser() as browser:
        for name in PAGES:
            look(browser, points, folder / (name + ".html"), axe)
        look_at_labels(browser, points, folder / "case.html")
        browser.show()
        browser.open(folder / "report.html")
        points.say(browser.run(SORTED), "a click sorts a table, another turns it around")
        points.say(browser.run(FILTERED), "the table of domains is filtered by state and name")
        browser.show(script=False)
        browser.open(folder / "report.html")
        points.say(browser.run(WHOLE), "without a script the page is whole")
        browser.show()
        can_fail(browser, points, folder / "letter.html", axe)
    print("1..%d" % points.number)
    return 1 if points.failed else 0


sys.exit(main())
