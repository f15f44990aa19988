"""Which numbers does this learner get? Tokens that students type, seeds that graders keep."""

from __future__ import annotations

import hashlib
import hmac
import os

PUBLIC = "public"
SECRET_VARIABLE = "CONVKIT_COURSE_SECRET"
# Crockford's base 32: no I, L, O or U, so that nothing is misread from paper.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011", " -\t")
_started = {"seed": PUBLIC, "secret": None}


class TokenError(ValueError):
    """A token that was mistyped: its checksum does not fit."""


def token_for(secret: str, roster_id: str) -> str:
    """The token of one student, HMAC-SHA256(secret, roster id) and a checksum, as ABCD-EFGH-JK.

    Examples
    --------
    >>> token_for("a secret of this course", "ada")
    'H8JT-MFSR-45'
    """
    body = _base32(_hmac(secret, f"token|{roster_id}"), 8)
    text = body + _checksum(body)
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def read_token(text: str) -> str:
    """Return the seed that a token stands for; "public" (or nothing) is the public seed.

    Small and capital letters, blanks and hyphens do not matter, nor do O for 0 and I or L for 1.

    Raises
    ------
    TokenError
        If it is no token: a character too many or too few, or a checksum that does not fit.
    """
    if not isinstance(text, str):
        raise TokenError(f"a token is text in quotes, such as TOKEN = 'public'; got {text!r}")
    plain = text.strip()
    if plain.lower() in ("", PUBLIC):
        return PUBLIC
    plain = plain.upper().translate(_MISREAD)
    if len(plain) != 10 or set(plain) - set(_LETTERS):
        raise TokenError(
            f"{text!r} is not a token: a token has 10 letters and digits, "
            f"such as ABCD-EFGH-JK; this one has {len(plain)}"
        )
    if _checksum(plain[:8]) != plain[8:]:
        raise TokenError(f"{text!r} has a slip somewhere: its last two characters do not fit")
    return plain[:8]


def belongs(token: str, secret: str, roster_id: str) -> bool:
    """Tell whether a token is the one that this student was handed."""
    try:
        seed = read_token(token)
    except TokenError:
        return False
    return hmac.compare_digest(seed, read_token(token_for(secret, roster_id)))


def start(token: str = PUBLIC) -> str:
    """Choose the numbers for every check that follows, and say which they are.

    A mistyped token costs nothing: the public numbers are used until it is mended.
    """
    try:
        seed = read_token(token)
    except TokenError as error:
        _started["seed"] = PUBLIC
        return f"{error}.\nUntil it is mended, the public numbers are used. Nothing is lost."
    _started["seed"] = seed
    if seed == PUBLIC:
        return "Ready. You work with the public numbers, the same for everybody."
    return f"Ready. You work with your own numbers, those of token {token.strip()}."


def use(seed: str | int) -> None:
    """Choose any numbers at all: a token's, a hidden seed's, or those of any word."""
    _started["seed"] = as_seed(seed)


def use_secret(secret: str) -> None:
    """Take hidden numbers from this secret, whatever the environment says."""
    _started["secret"] = secret


def _secret() -> str:
    own = _started["secret"]
    return os.environ.get(SECRET_VARIABLE, "") if own is None else own


def as_seed(seed: str | int | None = None) -> str:
    """Read a token, a seed from `hidden_seed`, or any word or number; None is the current seed."""
    if seed is None:
        return current_seed()
    try:
        return read_token(seed)
    except TokenError:
        return str(seed)


def current_seed() -> str:
    """The seed that `start` chose; before that, the public one."""
    return _started["seed"]


def hidden_seed(exercise_id: str) -> str:
    """The seed of the grader's own inputs, from a secret that no notebook carries.

    It comes from `use_secret`, else from the environment variable CONVKIT_COURSE_SECRET. Without
    one there is no secret, and the inputs are merely other ones than the learner saw.
    """
    secret = _secret()
    if not secret:
        return "hidden:public"
    return "hidden:" + _base32(_hmac(secret, f"hidden|{exercise_id}"), 16)


def paper_seed(roster_id: str, word: str) -> str:
    """The seed of one student's sheet of paper; `word` says which one of the course's sheets.

    It comes from the course secret like `hidden_seed`; without one, anybody could draw it.
    """
    secret = os.environ.get(SECRET_VARIABLE, "")
    return f"paper:{_base32(_hmac(secret, f'paper|{word}|{roster_id}'), 16)}"


def describe(seed: str) -> str:
    """Say in a few words whose numbers a seed gives."""
    if seed == PUBLIC:
        return "public numbers"
    if seed == "hidden:public":
        return "other numbers, but no secret ones: the grader set no course secret"
    if seed.startswith("hidden:"):
        return "the grader's numbers"
    return "your own numbers"  # a token's, or those of a word that somebody chose


def _hmac(secret: str, text: str) -> bytes:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()


def _base32(digest: bytes, length: int) -> str:
    number = int.from_bytes(digest, "big")
    return "".join(_LETTERS[(number >> (5 * place)) % 32] for place in range(length))


def _checksum(body: str) -> str:
    return _base32(hashlib.sha256(f"checksum|{body}".encode()).digest(), 2)
