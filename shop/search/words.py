"""What a word is: the same to the index, to a search, and to the marks in what it found."""

import re
import unicodedata

MOST_WORDS = 10  # of a search; each is a condition of its own
SHORTEST_BEGINNING = 3  # letters; shorter ones begin too much

# Letters and digits, with the points and strokes that some scripts write above and below them; "0.5" is one word.
WORD = re.compile(r"\d+(?:[.,]\d+)+|(?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670])+")

HYPHEN = re.compile(r"(?<=\w)-(?=\d)")

# What an English plural ends in. The index is asked for beginnings of words, so "scar" finds "scars" too.
PLURAL = re.compile(r"(?<=ch|sh|ss)es$|(?<![ius])s$")

# Words that say nothing about what is looked for. PostgreSQL's index leaves them out; so does a search, everywhere.
SMALL_WORDS = frozenset(
    """
    a an and are as at be but by can do does for from has have how i if in into is it its me my not of on or our s so
    t than that the their them then there these they this to up us was we what when where which who why will with you
    your
    """.split()  # noqa: SIM905  (a list of sixty strings nobody reads)
)


def fold(text: str) -> str:
    """The text without case and accents: "Crème" is "creme", however it was typed."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in letters if unicodedata.category(c) != "Mn")).casefold()


def stem(word: str) -> str:
    """The folded word without the ending of a plural."""
    return PLURAL.sub("", word) if len(word) > 3 else word


def words_of(query: str) -> list[str]:
    """The words of a search that say something, each once and as `stem` has it, ten at most."""
    said = [word for word in WORD.findall(fold(query)) if word not in SMALL_WORDS]
    return list(dict.fromkeys(stem(word) for word in said[:MOST_WORDS]))


def plain(*texts: str) -> str:
    """What to put into an index: the texts line by line, and once more without accents those words that have some.

    PostgreSQL takes "AHA/BHA" for the name of a file, and reads "SPF-50" as fifty below zero: they are set apart.
    """
    text = HYPHEN.sub(" ", "\n".join(filter(None, texts))).replace("\0", "").replace("/", " / ").replace("\\", " ")
    bare = dict.fromkeys(fold(word) for word in WORD.findall(text) if not word.isascii())
    return "\n".join(filter(None, [text, " ".join(word for word in bare if word not in text)]))
