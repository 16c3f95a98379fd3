"""Text as BibTeX files spell it, both ways.

Written is UTF-8 with only TeX's own signs escaped: every program that is in use reads that. Read is what decades of
files hold: accents, letters, quotes and dashes as commands, braces around capitals, a little mathematics. A bare per
cent or dollar sign, which a full TeX reader would take for a comment or for mathematics, stays one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial

_ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "&%$#_"}
# Signs that TeX would draw together when they stand side by side.
_LIGATURE = re.compile(r"-(?=-)|'(?=')|`(?=`)|[!?](?=`)|^@")

# Combining marks by the command that sets them over (or under) the next letter.
_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
_COMMANDS = {
    **{"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "aa": "å"},
    **{
        "AA": "Å",
        "i": "\u0131",
        "j": "\u0237",
        "dh": "ð",
        "DH": "Ð",
        "dj": "đ",
        "DJ": "Đ",
        "th": "þ",
        "TH": "Þ",
        "ng": "ŋ",
    },
    **{"NG": "Ŋ", "textendash": "–", "textemdash": "—", "textquoteleft": "\u2018", "textquoteright": "\u2019"},
    **{"textquotedblleft": "“", "textquotedblright": "”", "guillemotleft": "«", "guillemotright": "»"},
    **{"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~"},
    **{"textasciicircum": "^", "textunderscore": "_", "textdollar": "$", "textless": "<", "textgreater": ">"},
    **{"textbar": "|", "textdegree": "°", "textregistered": "®", "texttrademark": "™", "textcopyright": "©"},
    **{"copyright": "©", "pounds": "£", "textsterling": "£", "euro": "€", "texteuro": "€", "S": "§", "P": "¶"},
    **{"dots": "…", "ldots": "…", "textellipsis": "…", "textmu": "µ", "textonehalf": "½", "textpm": "±", "pm": "±"},
    **{"times": "×", "texttimes": "×", "cdot": "·", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "approx": "≈"},
    **{"sim": "~", "neq": "≠", "infty": "∞", "rightarrow": "→", "leftarrow": "←", "textperthousand": "‰"},
    **{"textexclamdown": "¡", "textquestiondown": "¿", "textordfeminine": "ª", "textordmasculine": "º"},
    **{"slash": "/", "quad": " ", "space": " ", "newline": " ", "par": " "},
}
_GREEK = {
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
    *("xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "varepsilon", "vartheta", "varphi"),
}
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?\s*|.|$)|---?|``|''|[!?]`|[{}~$^_]|[^\\{}~$^_`'!?-]+|.", re.S)
_PLAIN = {"---": "—", "--": "–", "``": "“", "''": "”", "!`": "¡", "?`": "¿", "~": " "}
# Between dollar signs stands mathematics, not prices, when it holds one of its signs or no space.
_MATHEMATICS = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)*[\\^_=<>](?:[^$]*?)|[^\s$]+)(?<!\\)\$")


def encoded(text: str) -> str:
    """Return a text that TeX, and `decoded`, reads as this one."""
    return _LIGATURE.sub(lambda found: "{@}" if found[0] == "@" else found[0] + "{}", _escaped(text))


def _escaped(text: str) -> str:
    return "".join(_ESCAPED.get(sign, sign) for sign in text)


def protected(title: str) -> str:
    """Return a title for BibTeX, with braces around the words whose capitals a style must not lower.

    They are those with a capital after their first letter; and in a title that is a sentence (fewer than half of its
    longer words have a capital) every word but the first that has one, for it is a name.
    """
    said = title.split(" ")
    long = [word for word in said[1:] if len(word) > 3 and word[0].isalpha()]
    sentence = 2 * sum(word[0].isupper() for word in long) < max(len(long), 1)
    found = []
    for number, word in enumerate(said):
        # The second half of "Trans-Arterial" is lowered like any other word of a title.
        capital = any(sign.isupper() for part in word.split("-") for sign in part[1:])
        capital |= sentence and number > 0 and word[:1].isupper()
        found.append(f"{{{encoded(word)}}}" if capital else encoded(word))
    return " ".join(found)


def decoded(value: str) -> str:
    """Return what a value of a BibTeX file says, on one line."""
    said = re.sub(r"\\textsuperscript\{([\d+-]+)\}", r"$^{\1}$", value)
    said = re.sub(r"\\textsubscript\{([\d+-]+)\}", r"$_{\1}$", said)
    tokens = _TOKEN.findall(_MATHEMATICS.sub(lambda found: _formula(found[1]), said))
    return " ".join("".join(_said(tokens)).split())


def _formula(said: str) -> str:
    """Mathematics without its dollar signs, its figures above and below the line as such."""
    for sign, table in (("^", _RAISED), ("_", _LOWERED)):
        said = re.sub(
            rf"(?<!\\){re.escape(sign)}(?:\{{([^{{}}]*)\}}|([^\\{{}}]))",
            partial(_moved, table=table),
            said,
        )
    return f"{{{said}}}"  # so that a command at its end swallows no space


def _moved(found: re.Match[str], table: dict[int, int]) -> str:
    """What stands in braces, or the one sign that stands without, above or below the line."""
    return str(found[1] if found[1] is not None else found[2]).translate(table)


def _said(tokens: list[str]) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token in ("{", "}"):
            continue
        if not token.startswith("\\") or token == "\\":
            found.append(_PLAIN.get(token, token))
            continue
        name = token[1:].strip() or " "
        if name in _ACCENTS:
            letter, at = _argument(tokens, at)
            base = {"\u0131": "i", "\u0237": "j"}.get(letter[:1], letter[:1])
            found.append(unicodedata.normalize("NFC", base + _ACCENTS[name]) + letter[1:] if base else name)
        elif (sign := _sign(name)) is not None:
            found.append(sign)
        elif not name[0].isalpha():
            # An escaped sign is itself; the others only part or join: a space, a line end, a point to break at.
            found.append({"\\": " ", " ": " ", ",": " ", ";": " ", "-": "", "/": "", "(": "", ")": ""}.get(name, name))
        elif at >= len(tokens) or tokens[at] != "{":
            found.append(token)  # a command that nobody knows stays; one of a font (\emph{x}) leaves what it held
    return found


def _sign(name: str) -> str | None:
    plain = name.rstrip("*")
    if plain.lower() in _GREEK:
        size = "CAPITAL" if plain[0].isupper() else "SMALL"
        letter = plain.lower().removeprefix("var").replace("lambda", "lamda")
        return unicodedata.lookup(f"GREEK {size} LETTER {letter}")
    return _COMMANDS.get(plain)


def _argument(tokens: list[str], at: int) -> tuple[str, int]:
    """What an accent stands over, and where the text goes on: the next group, command or letter."""
    while at < len(tokens) and tokens[at].isspace():
        at += 1
    if at >= len(tokens):
        return "", at
    if tokens[at] == "{":
        depth, end = 1, at + 1
        while end < len(tokens) and depth:
            depth += {"{": 1, "}": -1}.get(tokens[end], 0)
            end += 1
        return "".join(_said(tokens[at:end])), end
    if tokens[at].startswith("\\") or tokens[at] == "}":
        return "".join(_said([tokens[at]])), at + 1
    # The rest of the token is text that follows the letter.
    return tokens[at], at + 1
