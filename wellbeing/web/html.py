"""The few pages that are plain HTML: sign-in, set-up, invitation, recovery.

They work without JavaScript and load nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from wellbeing.charts.theme import DARK, LIGHT, Family, Palette
from wellbeing.content.load import say

_RULES = """
*{box-sizing:border-box}
body{margin:0;background:var(--g);color:var(--t);
font:17px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{max-width:26rem;margin:0 auto;padding:8vh 1rem 3rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .6rem}
p{margin:0 0 1rem}.quiet,.hint{color:var(--q)}.hint{font-size:.93rem;margin:.25rem 0 0}
label{display:block;font-weight:600;margin:1.1rem 0 .3rem}
input,select,button{font:inherit;color:inherit;width:100%;padding:.65rem .7rem;
min-height:2.9rem;border:1px solid var(--q);border-radius:6px;background:var(--g)}
input[type=checkbox]{width:1.5rem;height:1.5rem;min-height:0;margin:0 .6rem 0 0;
vertical-align:middle;accent-color:var(--a)}
button{margin:1.6rem 0 1rem;background:var(--b);border-color:var(--b);color:white;
font-weight:600;cursor:pointer}
a{color:var(--a);display:inline-block;min-height:1.6rem}
:focus-visible{outline:3px solid var(--a);outline-offset:2px}
.wrong{border-left:4px solid var(--w);background:var(--p);padding:.7rem .9rem}
.code{font:600 1.15rem/1.6 ui-monospace,Menlo,Consolas,monospace;background:var(--p);
padding:.8rem;border-radius:6px;overflow-wrap:anywhere;user-select:all}
.qr svg{display:block;width:15rem;max-width:100%;border-radius:6px}
"""


def _colours(palette: Palette) -> str:
    named = {
        "g": palette.ground,
        "p": palette.panel,
        "t": palette.text,
        "q": palette.quiet,
        "a": palette.accent,
        "b": palette.button,
        "w": palette.families[Family.BURNOUT],
    }
    return ";".join(f"--{name}:{colour}" for name, colour in named.items())


_STYLE = (
    f":root{{color-scheme:light dark;{_colours(LIGHT)}}}"
    f"@media(prefers-color-scheme:dark){{:root{{{_colours(DARK)}}}}}{_RULES}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of a form.

    Attributes:
        kind: an input type, or ``select`` with options.
        inputmode: which keys a phone shows; empty: those of its kind.
        options: value to words, for a select.
        fixed: it is shown, and for password managers, and not to be changed.
    """

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    inputmode: str = ""
    value: str = ""
    hint: str = ""
    options: Mapping[str, str] | None = None
    required: bool = True
    fixed: bool = False


def page(title: str, body: str) -> str:
    """Return a whole page; the body is HTML already."""
    full = f"{title} - {say('frame.app_name')}"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<link rel="icon" type="image/svg+xml" href="/assets/icon.svg">'
        f"<title>{escape(full)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph; the text is escaped."""
    class_name = f' class="{kind}"' if kind else ""
    role = ' id="wrong" role="alert"' if kind == "wrong" else ""
    return f"<p{class_name}{role}>{escape(text)}</p>"


def link(href: str, text: str) -> str:
    """Return a paragraph that is a link."""
    return f'<p><a href="{escape(href)}">{escape(text)}</a></p>'


def form(
    action: str,
    fields: Sequence[Field],
    button: str,
    hidden: Mapping[str, str],
    *,
    wrong: bool = False,
) -> str:
    """Return a form; every text is escaped.

    Args:
        wrong: a paragraph of this kind stands above, which is then read out with the
            field that has the focus.
    """
    kept = "".join(
        f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">'
        for n, v in hidden.items()
    )
    first = next((field for field in fields if not field.fixed), None)
    shown = "".join(
        _field(field, first=field is first, wrong=wrong and field is first)
        for field in fields
    )
    return (
        f'<form method="post" action="{escape(action)}">{kept}{shown}'
        f"<button>{escape(button)}</button></form>"
    )


def _field(field: Field, *, first: bool, wrong: bool) -> str:
    name, label = escape(field.name), escape(field.label)
    notes = ["wrong"] * wrong + [f"{name}-hint"] * bool(field.hint)
    described = f' aria-describedby="{" ".join(notes)}"' if notes else ""
    needed = " required" if field.required else ""
    focus = " autofocus" if first else ""
    fixed = " readonly" if field.fixed else ""
    hint = (
        f'<p class="hint" id="{name}-hint">{escape(field.hint)}</p>'
        if field.hint
        else ""
    )
    if field.kind == "checkbox":
        checked = " checked" if field.value else ""
        return (
            f'<label><input type="checkbox" name="{name}" value="yes"{checked}'
            f"{described}>{label}</label>{hint}"
        )
    if field.options is not None:
        options = "".join(
            f'<option value="{escape(value)}"'
            f"{' selected' if value == field.value else ''}>{escape(words)}</option>"
            for value, words in {"": "", **field.options}.items()
        )
        control = (
            f'<select id="{name}" name="{name}"{needed}{described}{focus}>'
            f"{options}</select>"
        )
    else:
        mode = escape(field.inputmode)
        keys = f'inputmode="{mode}" ' if mode else ""
        control = (
            f'<input id="{name}" name="{name}" type="{escape(field.kind)}" '
            f'autocomplete="{escape(field.autocomplete)}" {keys}'
            f'value="{escape(field.value)}" maxlength="254"{needed}{fixed}{described}'
            f"{focus}>"
        )
    return f'<label for="{name}">{label}</label>{control}{hint}'
