# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of disagreements that are understood: tests/golden/differential/explained."""

COLUMNS = 7


def alternatives(verdict):
    """`insecure found/nodata` is either state."""
    security, _, states = verdict.partition(" ")
    return ["%s %s" % (security, state) for state in states.split("/")] if states else [security]


class Row:
    """`who | where | what | dsfi | other | section | reason`; see the table's head."""

    def __init__(self, text):
        columns = [column.strip() for column in text.split("|")]
        if len(columns) != COLUMNS or not all(columns):
            raise ValueError("explained: a row has %d columns, this has not: %s" % (COLUMNS, text))
        self.text = " | ".join(columns[:6])
        self.engines = [word for word in columns[0].split() if word != "rare"]
        self.tags = set() if columns[1] == "anywhere" else set(columns[1].split())
        self.what = columns[2].split()
        self.dsfi, self.other = columns[3], columns[4]
        self.uses = 0

    def is_about(self, question):
        """`any`, a type, or `LABEL.` with the last dot for a name below the zone."""
        return any(word in ("any", question.type_name, question.label + ".")
                   for word in self.what)

    def is_there(self, question):
        """Every word of `where`, of `one/or/other` one at least."""
        return all(set(word.split("/")) & question.tags for word in self.tags)

    def says(self, left, right):
        if self.dsfi == "any":
            return right.word() == self.other
        if " " in self.dsfi + self.other:
            return left.word() in alternatives(self.dsfi) and right.word() == self.other
        # Securities alone: whatever the name holds, and where both are to be believed it is the same.
        if left.state and right.state and (left.state, left.data) != (right.state, right.data):
            return False
        return (left.security, right.security) == (self.dsfi, self.other)

    def fits(self, engine, question, left, right):
        return (engine in self.engines and self.is_there(question) and self.is_about(question)
                and self.says(left, right))


class Table:
    """The rows, in order; the first that fits explains."""

    def __init__(self, path):
        self.rows = [Row(line) for line in path.read_text().splitlines()
                     if line.strip() and not line.startswith("#")]

    def find(self, engine, question, left, right):
        for row in self.rows:
            if row.fits(engine, question, left, right):
                return row
        return None
