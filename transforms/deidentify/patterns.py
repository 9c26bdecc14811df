"""All written forms, by where they are tried.

``AT_NUMBERS`` where a number begins (``NUMBER``), ``AT_WORDS`` where one of their words stands, ``AT_TOKENS`` where a token
begins that holds a match of ``TOKEN_GATE``.
"""

import re

from transforms.deidentify import address_forms, date_forms, number_forms
from transforms.deidentify.forms import Form

AT_NUMBERS: tuple[Form, ...] = (*date_forms.AT_NUMBERS, *number_forms.AT_NUMBERS, *address_forms.AT_NUMBERS)
AT_WORDS: tuple[Form, ...] = (*date_forms.AT_WORDS, *number_forms.AT_WORDS, *address_forms.AT_WORDS)
AT_TOKENS: tuple[Form, ...] = number_forms.AT_TOKENS

# Long, joined to another number, or before a word that makes it a date, an age or an address; only a full date may be
# glued to the word before it (``discharged1/22/93``).
NUMBER = re.compile(
    r"[0-9](?:(?<![0-9A-Za-z].)(?<![0-9][./].)(?=[0-9]{4}|[0-9]{0,5}[A-Z]?(?:[/.\-–(][0-9]|-?,?\s?[0-9]|[/\-)]?\s?[A-Za-z]))|"
    r"(?<=[a-z]{2}.)(?=[0-9]?/[0-9]{1,2}/[0-9]{2}))",
    re.DOTALL,
)
