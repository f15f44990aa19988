"""What registries and learning platforms call the columns of a roster, in several languages."""

from __future__ import annotations

import unicodedata

# Names that have always been understood, in the order in which they are looked for. The first one
# found holds the ids, and tokens are made of those: never change this order.
_FIRST = {
    "id": ("id", "student_id", "student", "sis login id", "username", "login", "id number"),
    "first_name": ("first_name", "first name", "firstname", "given name"),
    "last_name": ("last_name", "last name", "surname", "family name", "lastname"),
    "full_name": ("name", "full name", "full_name", "student name"),
    "email": ("email", "email address", "e-mail"),
    "canvas": ("canvas_id", "canvas id"),
    "moodle": ("identifier", "moodle_id", "participant"),
    "time": ("last modified (submission)", "timestamp", "submitted", "submitted at"),
}

# Looked for if none of the above is there. Spaces, signs, accents and capitals do not matter.
_ALSO = {
    "id": """
        student id | student no | student number | user id | user name | user | id no | net id | uid
        org defined id | Matrikelnummer | Matrikel-Nr | Matr.-Nr | Matrikel | Mtknr | ID-Nummer
        Kennung | Benutzerkennung | Benutzername | Nutzername | Anmeldename | Kürzel
        identifiant | matricule | numéro étudiant | numéro d'étudiant | n° étudiant | nº étudiant
        no étudiant | code étudiant | numéro d'identification | nom d'utilisateur | étudiant
        identificador | matrícula | número de matrícula | número de ID | número de identificación
        número de estudiante | usuario | nombre de usuario | estudiante | alumno | DNI | expediente
        matricola | numero di matricola | numero ID | nome utente | codice studente | studente
        número de estudante | número do aluno | nº de aluno | número de identificação | aluno
        nome de utilizador | nome de usuário | utilizador | usuário | estudante
        studentnummer | gebruikersnaam | numer albumu | nr albumu | nazwa użytkownika
        användarnamn | brukernavn | brugernavn | studienummer | opiskelijanumero | käyttäjätunnus
        osobní číslo | učo | uživatelské jméno | Neptun kód | öğrenci no | öğrenci numarası
        логин | номер студента | 学号 | 学籍番号 | 学生番号 | 학번 | الرقم الجامعي
    """,
    "first_name": """
        given names | forename | Vorname | prénom | nombre | nombres | nome | nome próprio
        voornaam | imię | förnamn | fornavn | etunimi | jméno | имя
    """,
    "last_name": """
        Nachname | Familienname | nom | nom de famille | apellido | apellidos | cognome | apelido
        sobrenome | achternaam | nazwisko | efternamn | etternavn | efternavn | sukunimi | příjmení
        фамилия
    """,
    "full_name": """
        vollständiger Name | nom complet | nom et prénom | nombre completo | nome completo
        nome e cognome | naam | volledige naam | imię i nazwisko | namn | navn | nimi | ФИО
        姓名 | 氏名 | 이름
    """,
    "email": """
        mail | mail address | E-Mail-Adresse | Mailadresse | adresse e-mail | adresse de courriel
        courriel | correo | correo electrónico | dirección de correo | indirizzo email
        endereço de e-mail | e-mailadres | adres e-mail | e-post | e-postadress | sähköposti
        sähköpostiosoite | электронная почта | メールアドレス | 邮箱
    """,
}

# Moodle's column that may be left empty; its worksheets then tell students apart by address.
OPTIONAL_IDS = "id number | ID-Nummer | numéro d'identification | número de ID | numero ID"


def plain(text: str) -> str:
    """Letters and digits only, without accents and capitals: to compare names."""
    text = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in text if letter.isalnum())


def _words(text: str) -> tuple[str, ...]:
    return tuple(plain(word) for line in text.splitlines() for word in line.split("|"))


_LATER = {
    ours: (*map(plain, names), *_words(_ALSO.get(ours, ""))) for ours, names in _FIRST.items()
}
_LATER = {ours: tuple(filter(None, names)) for ours, names in _LATER.items()}
_OPTIONAL = frozenset(_words(OPTIONAL_IDS))


def find_columns(header) -> dict[str, list[int]]:
    """Find our columns in a row: name → places, the one to prefer first.

    Examples
    --------
    >>> find_columns(["Nachname", "Vorname", "Matrikel-Nr.", "Gruppe"])
    {'id': [2], 'first_name': [1], 'last_name': [0]}
    """
    exact = [cell.strip().lower() for cell in header]
    loose = [plain(cell) for cell in header]
    found = {}
    for ours, names in _FIRST.items():
        places = [exact.index(name) for name in names if name in exact]
        places += [loose.index(name) for name in _LATER[ours] if name in loose]
        if places:
            found[ours] = list(dict.fromkeys(places))
    return found


def is_optional(name: str) -> bool:
    """Tell whether a column of this name holds ids that a platform lets people leave out."""
    return plain(name) in _OPTIONAL
