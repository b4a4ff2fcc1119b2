"""Every sentence a form can answer with, as an English template: the catalogue of translations is made from ALL.

``{label}`` is the label as it stands, ``{name}`` the same inside a sentence. A parameter that has a twin with the
ending ``_en`` (label, label_en) is to be shown in the language of the reader.
"""

ENTER = "Enter {name}."
ENTER_LIKE = "Enter {name}, for example “{example}”."
CHOOSE = "Choose {name}."
UPLOAD = "Upload {name}."
TICK = "Tick the box “{label}” to go on."
NOT_TEXT = "Enter {name} as text."
TOO_SHORT = "{label}: write at least {least} characters; there are {length}."
TOO_LONG = "{label}: shorten to at most {most} characters; there are {length}."
HIDDEN_CHARACTER = "{label}: delete the invisible character at position {position} and type the text again."
WRONG_PATTERN = "{label}: correct the text; it does not have the form asked for."
WRONG_PATTERN_LIKE = "{label}: write it like “{example}”."
PATTERN_TOO_SLOW = "{label}: write a shorter, simpler text; this one can not be checked."
NOT_EMAIL = "{label}: write one e-mail address such as ten@donvi.vn."
NOT_PHONE = "{label}: write a telephone number of 10 or 11 digits that begins with 0, such as 0912345678."
NOT_ENTERPRISE_CODE = (
    "{label}: write the 10 digits of the enterprise code, or 10 digits, a dash and 3 digits for a branch."
)
NOT_PERSONAL_ID = "{label}: write the 12 digits of the personal identification number."
NOT_NUMBER = "{label}: write a number with digits only, such as {example}."
TOO_MANY_DECIMALS = "{label}: write at most {most} digits after the decimal comma."
NOT_WHOLE = "{label}: write a whole number."
TOO_SMALL = "{label}: write a number that is not less than {least}."
TOO_LARGE = "{label}: write a number that is not more than {most}."
NOT_DATE = "{label}: write the date as day/month/year, such as 31/12/2026."
NOT_TIME = "{label}: write the time as hour:minute, such as 08:30."
NOT_DATE_TIME = "{label}: write the date and time such as 31/12/2026 08:30."
PASSED_DATE = "{label}: choose today or a later day."
NOT_IN_LIST = "{label}: choose one of the answers of the list."
TOO_MANY_CHOSEN = "{label}: choose at most {most}."
NOT_YES_OR_NO = "{label}: tick the box or leave it empty."
FILE_GONE = "{label}: this file is no longer here; upload it again."
FILE_KIND = "{label}: “{filename}” is not of an accepted kind; upload one of {accepted}."
TOO_MANY_FILES = "{label}: keep at most {most} files; there are {count}."
TOO_FEW_ROWS = "{label}: fill in at least {least} rows; there are {count}."
TOO_MANY_ROWS = "{label}: keep at most {most} rows; there are {count}."
NOT_ROWS = "{label}: fill in the rows of the list again."
NOT_FIELDS = "{label}: fill in the fields again."
RULE_BROKEN = "{label}: correct the value; it breaks the rule of this field."
RULE_MESSAGE = "{message}"
NOT_A_FORM = "Fill in the form again; what was sent is not a form."

ALL: tuple[str, ...] = tuple(
    sentence for name, sentence in sorted(globals().items()) if name.isupper() and isinstance(sentence, str)
)
