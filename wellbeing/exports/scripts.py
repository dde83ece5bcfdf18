"""Scripts that read a bundle into R, Python, Stata and SPSS, with every label."""

from collections.abc import Callable, Iterator

from wellbeing.exports.columns import Column, Kind, Table
from wellbeing.exports.data_package import path_of
from wellbeing.exports.layout import Layout
from wellbeing.exports.templates import fill

_LONGEST_STATA = 80
_LONGEST_SPSS, _LONGEST_SPSS_VALUE = 255, 120
_SPSS_WIDTH, _SPSS_PIECE = 64, 100


def scripts(layout: Layout) -> dict[str, str]:
    """Return each script by its name in the bundle."""
    return {
        "scripts/import.R": fill(
            "import.R",
            tables="\n\n".join(_r(layout, t) for t in layout.tables),
            report="\n".join(_r_report(t) for t in layout.tables),
        ),
        "scripts/import.py": fill("import.py.in"),
        "scripts/import.do": fill("import.do", tables=_joined(layout, _stata)),
        "scripts/import.sps": fill("import.sps", tables=_joined(layout, _spss)),
    }


def _joined(layout: Layout, lines: Callable[[Layout, Table], Iterator[str]]) -> str:
    return "\n\n".join("\n".join(lines(layout, table)) for table in layout.tables)


def _r(layout: Layout, table: Table) -> str:
    classes = {Kind.TEXT: "character", Kind.INTEGER: "integer", Kind.NUMBER: "numeric"}
    types = ", ".join(f'{c.name} = "{classes[c.kind]}"' for c in table.columns)
    lines = [f'{table.name} <- read_table("{path_of(layout, table)}", c({types}))']
    for column in table.columns:
        place = f"{table.name}${column.name}"
        if column.kind is Kind.TEXT and column.labels:
            levels = ", ".join(_r_text(value) for value in column.labels)
            lines.append(f"{place} <- factor({place}, levels = c({levels}))")
        words = ""
        if column.labels:
            text = column.kind is Kind.TEXT
            pairs = (
                f"{_r_text(w)} = {_r_text(v) if text else v}"
                for v, w in column.labels.items()
            )
            words = f", c({', '.join(pairs)})"
        lines.append(f"{place} <- labelled({place}, {_r_text(column.label)}{words})")
    return "\n".join(lines)


def _r_report(table: Table) -> str:
    name = table.name
    return f'cat("{name}:", nrow({name}), "rows,", ncol({name}), "columns\\n")'


def _r_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    # Outside ASCII by number: R reads a script in the encoding of the machine.
    plain = (s if s.isascii() else f"\\U{ord(s):08x}" for s in escaped)
    return f'"{"".join(plain)}"'


def _stata(layout: Layout, table: Table) -> Iterator[str]:
    texts = [n for n, c in enumerate(table.columns, 1) if c.kind is Kind.TEXT]
    numbers = [n for n, c in enumerate(table.columns, 1) if c.kind is not Kind.TEXT]
    yield f'import delimited using "{path_of(layout, table)}", ///'
    yield '  delimiters(",") varnames(1) case(preserve) encoding("utf-8") ///'
    yield f"  stringcols({' '.join(map(str, texts))}) ///"
    # A column without any value is a number, too.
    yield f"  numericcols({' '.join(map(str, numbers))}) asdouble clear"
    for column in table.columns:
        short = _stata_text(column.label[:_LONGEST_STATA])
        yield f"label variable {column.name} {short}"
        if len(column.label) > _LONGEST_STATA:
            yield f"note {column.name}: {_plain(column.label)}"
        if column.kind is not Kind.TEXT and column.labels:
            name = f"{column.name[:28]}_lbl"
            pairs = (f"{v} {_stata_text(w)}" for v, w in column.labels.items())
            yield f"label define {name} {' '.join(pairs)}"
            yield f"label values {column.name} {name}"
    yield f"save {table.name}.dta, replace"


def _plain(text: str) -> str:
    # A note is text up to the end of its line, in which $ and ` would be macros.
    return text.replace("`", "'").replace("$", "").replace("\n", " ")


def _stata_text(text: str) -> str:
    return f'`"{_plain(text)}"\''


def _spss(layout: Layout, table: Table) -> Iterator[str]:
    yield f"GET DATA /TYPE=TXT /FILE='{path_of(layout, table)}'"
    yield "  /ENCODING='UTF8' /DELCASE=LINE /DELIMITERS=\",\" /QUALIFIER='\"'"
    yield "  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES="
    yield from (f"  {c.name} {_spss_format(c)}" for c in table.columns)
    yield "  ."
    yield f"DATASET NAME {table.name}."
    yield "VARIABLE LABELS"
    for column in table.columns:
        yield f"  {column.name} {_spss_text(column.label)}"
    yield "  ."
    for column in table.columns:
        if column.labels:
            yield f"VALUE LABELS {column.name}"
            for value, words in column.labels.items():
                code = _spss_text(value) if column.kind is Kind.TEXT else value
                yield f"  {code} {_spss_text(words, _LONGEST_SPSS_VALUE)}"
            yield "  ."
    yield f"SAVE OUTFILE='{table.name}.sav'."


def _spss_format(column: Column) -> str:
    if column.kind is Kind.TEXT:
        return f"A{_SPSS_WIDTH}"
    return "F8.0" if column.kind is Kind.INTEGER else "F14.6"


def _spss_text(text: str, longest: int = _LONGEST_SPSS) -> str:
    # A line that ends in a point would end the command; one of more than 256 bytes is
    # cut by older versions.
    shown = text[:longest].rstrip().replace("\n", " ")
    pieces = [shown[at : at + _SPSS_PIECE] for at in range(0, len(shown), _SPSS_PIECE)]
    quoted = ("'" + piece.replace("'", "''") + "'" for piece in pieces or [""])
    return " +\n    ".join(quoted)
