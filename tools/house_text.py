# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading C as the house's checker needs it: includes, functions, code without comments."""

import pathlib
import re

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)
# Comments, strings and characters, in the order in which a compiler would see them.
LEXICAL = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
TRAILING_ATTRIBUTE = re.compile(r"(?:\b__attribute__\s*\(\(.*?\)\)|\b[A-Z][A-Z0-9_]*)\s*$", re.DOTALL)


def blank(text):
    """The text with everything but its line ends made spaces."""
    return re.sub(r"[^\n]", " ", text)


def code_only(text):
    """Code with comments and the insides of strings blanked; every position stays where it was."""
    def replace(match):
        found = match.group(0)
        if found[0] == "/":
            return blank(found)
        return found[0] + blank(found[1:-1]) + found[-1]
    return LEXICAL.sub(replace, text)


def without_preprocessor(code):
    """Directives blanked with their continuation lines."""
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda match: blank(match.group(0)), code,
                  flags=re.MULTILINE)


class Function:
    """A definition: its name, where it begins and ends, its parameters, its deepest block."""

    def __init__(self, name, first, last, parameters, nesting):
        self.name = name
        self.first = first
        self.last = last
        self.parameters = parameters
        self.nesting = nesting

    @property
    def lines(self):
        return self.last - self.first + 1


class Source:
    """One C file or header below src/."""

    def __init__(self, root, path):
        self.path = path
        self.name = str(path.relative_to(root))
        self.inner = str(path.relative_to(root / "src")) if root / "src" in path.parents else None
        self.text = path.read_text(encoding="utf-8", errors="replace")
        self.code = without_preprocessor(code_only(self.text))
        self.line_count = self.text.count("\n")

    @property
    def folder(self):
        return str(pathlib.PurePosixPath(self.inner).parent)

    def line_of(self, position):
        return self.text.count("\n", 0, position) + 1

    def includes(self):
        """(line, quoted, name) of each #include that is not in a comment."""
        kept = LEXICAL.sub(lambda match: blank(match.group(0)) if match.group(0)[0] == "/"
                           else match.group(0), self.text)
        for match in INCLUDE.finditer(kept):
            # ^\s* may begin on an empty line above.
            yield self.line_of(match.start(1)), match.group(1) == '"', match.group(2)

    def functions(self):
        depth = 0
        deepest = 0
        start = 0  # where the text since the last declaration begins
        opened = None
        for position, character in enumerate(self.code):
            if character == "{":
                if depth == 0:
                    opened = (position, self.code[start:position])
                    deepest = 0
                depth += 1
                deepest = max(deepest, depth)
            elif character == "}":
                depth -= 1
                if depth == 0 and opened:
                    function = self.function_of(opened, start, position, deepest)
                    if function:
                        yield function
                        start = position + 1
                    elif self.code[position + 1:].lstrip()[:1] not in (";", ",", "="):
                        start = position + 1
                    opened = None
            elif character == ";" and depth == 0:
                start = position + 1

    def function_of(self, opened, start, end, deepest):
        position, head = opened
        name, parameters = split_head(head)
        if name is None:
            return None
        first = self.line_of(start + len(head) - len(head.lstrip()))
        return Function(name, first, self.line_of(end), parameters, deepest - 1)


def split_head(head):
    """Name and parameters of a function's head, or (None, []) when it is something else."""
    head = head.strip()
    while not head.endswith(")") or TRAILING_ATTRIBUTE.search(head):
        shorter = TRAILING_ATTRIBUTE.sub("", head).strip()
        if shorter == head:
            return None, []
        head = shorter
    opening = matching_parenthesis(head)
    name = re.search(r"([A-Za-z_]\w*)\s*$", head[:opening])
    if "=" in head[:opening] or not name or name.group(1) in ("if", "for", "while", "switch"):
        return None, []
    return name.group(1), split_parameters(head[opening + 1:-1])


def matching_parenthesis(head):
    """Position of the parenthesis that the last character closes."""
    depth = 0
    for position in range(len(head) - 1, -1, -1):
        if head[position] == ")":
            depth += 1
        elif head[position] == "(":
            depth -= 1
            if depth == 0:
                return position
    return 0


def split_parameters(text):
    parts = []
    depth = 0
    begin = 0
    for position, character in enumerate(text):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[begin:position].strip())
            begin = position + 1
    parts.append(text[begin:].strip())
    return [part for part in parts if part and part != "void"]


def cycles(graph):
    """The cycles of a graph {node: set of nodes}: its strongly connected parts of two or more."""
    order = []
    seen = set()
    for node in sorted(graph):
        visit(graph, node, seen, order)
    turned = {}
    for node, targets in graph.items():
        for target in targets:
            turned.setdefault(target, set()).add(node)
    seen = set()
    for node in reversed(order):
        part = []
        visit(turned, node, seen, part)
        if len(part) > 1:
            yield sorted(part)


def visit(graph, node, seen, order):
    """Depth first without recursion; appends nodes when they are done."""
    if node in seen:
        return
    seen.add(node)
    path = [(node, iter(sorted(graph.get(node, ()))))]
    while path:
        current, targets = path[-1]
        for target in targets:
            if target not in seen:
                seen.add(target)
                path.append((target, iter(sorted(graph.get(target, ())))))
                break
        else:
            order.append(current)
            path.pop()
