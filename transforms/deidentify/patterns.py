"""All written forms, by where they are tried.

``AT_NUMBERS`` where a number begins (``NUMBER``), ``AT_WORDS`` where one of their words stands, ``AT_TOKENS`` where a
token begins that holds a match of ``TOKEN_GATE``.
"""

import re

from transforms.deidentify import (
    address_forms,
    age_forms,
    date_forms,
    labelled_numbers,
    month_forms,
    network_forms,
    number_forms,
    pasted_hl7,
    phone_forms,
    ward_forms,
)
from transforms.deidentify.forms import Form, at_numbers

_KINDS = (date_forms, month_forms, age_forms, phone_forms, number_forms, network_forms, address_forms, ward_forms)
AT_NUMBERS: tuple[Form, ...] = tuple(form for kind in _KINDS for form in kind.AT_NUMBERS)
AT_WORDS: tuple[Form, ...] = tuple(form for kind in (*_KINDS, labelled_numbers, pasted_hl7) for form in kind.AT_WORDS)
AT_TOKENS: tuple[Form, ...] = (*phone_forms.AT_TOKENS, *number_forms.AT_TOKENS, *network_forms.AT_TOKENS)

# Long, joined to another number, before a word that makes it a date, an age or an address, or an age over 89 by itself; only
# a full date may be glued to the word before it (``discharged1/22/93``).
NUMBER = re.compile(
    r"[0-9](?:(?<![0-9A-Za-z].)(?<![0-9][./].)(?:(?=[0-9]{4}|[0-9]{0,5}[A-Z]?(?:[/\\.\-–(,]['’]?[0-9]|/\s[0-9]|-?,?\s?[0-9]|(?<=1)\s\([0-9]|"
    r"[/\-)]?\s?[A-Za-z]|\.\s[A-Z][a-zä]{2,8}\s[12][0-9]{3}|,\s[a-z]|\s[/\\]))|(?<=9)(?=[0-9](?![0-9%/]|\.[0-9]))|(?<=1)(?=[0-4][0-9](?![0-9%/]|"
    r"\.[0-9])))|(?<=[A-Za-z]{2}.)(?=[0-9]?/[0-9]{1,2}/[0-9]{2}))",
    re.DOTALL,
)
RUN = re.compile("[0-9]+")
FORMS_AT = at_numbers(AT_NUMBERS)

# What is told by its shape: the expression is matched where the token begins that holds a match of the gate, and there.
TOKEN_GATE = re.compile(
    r"[0-9:\-.#+*xX(@_\[\]](?:(?P<user_figures>(?<=[a-z]{4}[0-9])|(?<=[A-Z]{4}[0-9]))|(?P<digits>(?<=[0-9])[0-9]{3})|"
    r"(?P<pair>(?<=[0-9])(?:[0-9]?-[0-9]{3}|[A-Z][0-9A-Z]{7}))|(?P<colons>(?<=:)[0-9A-Fa-f]{0,4}:)|"
    r"(?P<pairs>(?<=-)[0-9A-Fa-f]{2}-[0-9A-Fa-f]{2}-)|(?P<uuid>(?<=-)[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-)|"
    rf"(?P<domain>(?<=\.)(?i:{network_forms.DOMAINS})\b)|"
    r"(?P<dotted>(?<=[a-z]\.)[a-z]{2}|(?<=[A-Z]\.)[A-Z]{3})|(?P<hash>(?<=\#)[:\s]{0,3}[A-Z0-9])|"
    r"(?P<plus>(?<=\+)\(?[0-9])|(?P<masked>(?<=[*\#])[-–\s]|(?<=[xX])[xX]?[-–\s][0-9xX*])|"
    r"(?P<parenthesis>(?<=\()[0-9])|(?P<extension>(?<=[xX])[0-9](?:[0-9]{3}|-[0-9]{4}))|"
    r"(?P<user>(?<=[(@\[])(?=[A-Za-z]{1,24}[._0-9]))|(?P<bracketed>(?<=[(\[])[A-Za-z]{4,24}[)\]])|"
    r"(?P<entering>(?<=[0-9mMtT.]\])\s{1,2}[A-Za-z][A-Za-z0-9._\-]{2,40}\s?[:–\-])|(?P<user_joined>(?<=[A-Za-z]_)[A-Za-z]))"
)
TOKEN = re.compile(r"[A-Za-z0-9\-.:*#]{0,80}\Z")
_AT_GATES: dict[str, tuple[Form, ...]] = {
    gate: tuple(form for form in AT_TOKENS if gate in form.gates) for gate in TOKEN_GATE.groupindex
}


def forms_at_gate(gate: "re.Match[str]") -> tuple[Form, ...]:
    """The forms to try at a match of ``TOKEN_GATE``."""
    return _AT_GATES[gate.lastgroup or ""]
