"""Invented numbers, codes and addresses of computers, in the shapes in which hospitals write them."""

import string
from random import Random

_VIN = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_MBI = "ACDEFGHJKMNPQRTUVWXY"
_DOMAINS = ("example.org", "example.com", "mail.example.net", "health.example.org", "portal.example.com")


def digits(random: Random, low: int, high: int | None = None) -> str:
    """A run of ``low`` to ``high`` digits that does not begin with 0 where it is long."""
    count = random.randint(low, high or low)
    return "".join(random.choice(string.digits if at else "123456789") for at in range(count))


def letters(random: Random, low: int, high: int | None = None) -> str:
    """Capital letters."""
    return "".join(random.choices(string.ascii_uppercase, k=random.randint(low, high or low)))


def record_number(random: Random) -> str:
    """A medical record, account, visit or other number of an institution."""
    shape = random.randrange(9)
    if shape == 0:
        return f"{digits(random, 3)}-{digits(random, 2)}-{digits(random, 2)}"
    if shape == 1:
        return f"{letters(random, 1, 3)}{digits(random, 5, 8)}"
    if shape == 2:
        return f"{letters(random, 1, 3)}-{digits(random, 4, 8)}"
    if shape == 3:
        return f"{digits(random, 2)}-{digits(random, 4, 6)}"
    if shape == 4:
        return f"00{digits(random, 5, 8)}"
    if shape == 5:
        return (
            f"{digits(random, 3)} {digits(random, 3)} {digits(random, 3)}"
            if random.random() < 0.2
            else digits(random, 7)
        )
    return digits(random, 6, 10)


def code(slot: str, random: Random) -> str:
    """The value of an identifier's slot."""
    match slot:
        case "accession":
            return random.choice(
                (
                    f"{letters(random, 1, 2)}{digits(random, 2)}-{digits(random, 3, 6)}",
                    f"{digits(random, 2)}-{letters(random, 1, 2)}-{digits(random, 4, 6)}",
                    digits(random, 7, 10),
                    f"{digits(random, 4)}{letters(random, 2)}{digits(random, 4, 6)}",
                )
            )
        case "plan":
            return random.choice(
                (
                    f"{letters(random, 3)}{digits(random, 8, 9)}",
                    f"{letters(random, 1)}{digits(random, 8)}",
                    digits(random, 9, 11),
                )
            ) + random.choice(("", "", f"-{digits(random, 2)}"))
        case "medicare":
            body = (
                f"{digits(random, 1)}{random.choice(_MBI)}{random.choice(_MBI)}{digits(random, 1)}",
                f"{random.choice(_MBI)}{random.choice(_MBI)}{digits(random, 1)}",
                f"{random.choice(_MBI)}{random.choice(_MBI)}{digits(random, 2)}",
            )
            return random.choice(("-", "")).join(body)
        case "license":
            return random.choice(
                (
                    f"{letters(random, 1, 2)}{digits(random, 5, 7)}",
                    f"{letters(random, 2)}-{digits(random, 5, 6)}",
                    digits(random, 5, 7),
                )
            )
        case "dl":
            return random.choice(
                (
                    f"{letters(random, 1)}{digits(random, 3)}-{digits(random, 4)}-{digits(random, 4)}",
                    f"{letters(random, 1)}{digits(random, 7, 12)}",
                    digits(random, 8, 9),
                    f"{letters(random, 2)}{digits(random, 6)}{letters(random, 1)}",
                )
            )
        case "plate":
            return random.choice(
                (
                    f"{digits(random, 1)}{letters(random, 3)}{digits(random, 3)}",
                    f"{letters(random, 3)} {digits(random, 4)}",
                    f"{letters(random, 3)}-{digits(random, 3, 4)}",
                )
            )
        case "vin":
            return "1" + "".join(random.choices(_VIN, k=16))
        case "serial":
            return random.choice(
                (
                    f"{letters(random, 2, 3)}{digits(random, 6, 9)}{letters(random, 0, 1)}",
                    f"SN{digits(random, 6, 8)}",
                    f"{digits(random, 4)}-{letters(random, 1, 2)}-{digits(random, 4)}",
                    digits(random, 8, 10),
                )
            )
        case "lot":
            return random.choice(
                (
                    f"{letters(random, 1, 2)}{digits(random, 3, 5)}",
                    f"{digits(random, 4, 6)}{letters(random, 1)}",
                    f"{letters(random, 1)}{digits(random, 2)}{letters(random, 1)}{digits(random, 1)}",
                )
            )
        case "dea":
            return f"{letters(random, 2)}{digits(random, 7)}"
        case "npi":
            return f"1{digits(random, 9)}"
        case "order" | "claim":
            return random.choice(
                (
                    digits(random, 7, 12),
                    f"{letters(random, 1, 3)}-{digits(random, 5, 9)}",
                    f"{letters(random, 2)}{digits(random, 6, 9)}",
                )
            )
    return record_number(random)


def phone(random: Random) -> str:
    """A telephone number with its area."""
    area, exchange, line = (
        f"{random.randint(201, 989)}",
        f"{random.randint(200, 999)}",
        f"{random.randint(0, 9999):04d}",
    )
    return random.choice(
        (
            f"({area}) {exchange}-{line}",
            f"{area}-{exchange}-{line}",
            f"{area}-{exchange}-{line}",
            f"{area}.{exchange}.{line}",
            f"({area}){exchange}-{line}",
            f"{area} {exchange} {line}",
            f"1-{area}-{exchange}-{line}",
            f"+1 {area} {exchange} {line}",
            f"{area}/{exchange}-{line}",
        )
    )


def contact(slot: str, form: str, random: Random, given: str, surname: str) -> str:
    """The value of a slot that says how someone or something is reached."""
    match slot:
        case "phone" if form == "local":
            return f"{random.randint(200, 999)}-{random.randint(0, 9999):04d}"
        case "phone" | "fax":
            return phone(random)
        case "ext" | "pager":
            return random.choice((digits(random, 4), digits(random, 5), digits(random, 4)))
        case "ssn" if form == "last4":
            return f"{random.randint(0, 9999):04d}"
        case "ssn":
            joint = random.choice(("-", "-", "-", " ", ""))
            return f"{random.randint(100, 899)}{joint}{random.randint(10, 99)}{joint}{random.randint(1000, 9999)}"
        case "ip":
            return ".".join(str(random.randint(1, 254)) for _ in range(4))
        case "username":
            return username(random, given, surname)
        case "email":
            return f"{username(random, given, surname)}@{random.choice(_DOMAINS)}"
    start = random.choice(("https://", "http://", "www.", "https://www.", ""))
    path = random.choice(("", f"/{username(random, given, surname)}", f"/u/{digits(random, 5)}", "/mychart"))
    return f"{start}{random.choice(_DOMAINS)}{path}"


def username(random: Random, given: str, surname: str) -> str:
    """What a person signs in with: the name and some figures."""
    given, surname = (
        "".join(char for char in name.lower() if char.isascii() and char.isalpha()) or "user"
        for name in (given, surname)
    )
    return random.choice(
        (
            f"{given[0]}{surname}{digits(random, 1, 3)}",
            f"{given}.{surname}",
            f"{given}_{surname[0]}{digits(random, 2)}",
            f"{surname}{given[0]}{digits(random, 2)}",
        )
    )
