"""One sentence with what was found in it, and where its parts end."""

import re
from dataclasses import dataclass

from assistant.patient.dates import Dated
from assistant.patient.facts import Moment
from assistant.patient.sentences import Section
from assistant.patient.triggers import Trigger
from index.vocabulary import Mention


@dataclass(frozen=True, slots=True)
class View:
    """One sentence with what was found in it; offsets are those of the repaired note."""

    text: str
    start: int
    end: int
    head: int
    section: Section | None
    mentions: tuple[Mention, ...]
    dates: tuple[Dated, ...]
    triggers: tuple[Trigger, ...]
    relatives: tuple[tuple[int, int, str], ...]
    stamp: Moment | None = None
    """The date in the heading above."""


TERMINATOR = re.compile(
    r"\b(?:but|however|although|though|yet(?! (?:on|received|been|started))|except(?:ing)?(?: for)?|apart from|aside from|besides|"
    r"other than|nevertheless|nonetheless|which|who|whose|while|whereas|because|due to|secondary to|owing to|as a result of|"
    r"attributed to|despite|in spite of|"
    r"since|until|before|after|prior to|then|presents?|presented|admitted|otherwise|still|only|instead|followed by|associated with|"
    r"turn(?:s|ed) out|prove[dn] to be|came back as|revised to|re-?classified as|"
    r"in the setting of|on a background of|given (?:his|her|the|that|their)|so far as|with (?:known|underlying|a background|history|"
    r"ongoing|concurrent))\b|[;]|->|→|:(?=\s)|\n|但|然而",
    re.IGNORECASE,
)


SEPARATOR = re.compile(r"\s*(?:,\s*(?:and|or|nor|&)\s+|,(?!\d)|\s(?:and|or|nor)(?:/or)?\s|\s?/\s?|\s?&\s?|\s\+\s|或|及|和|;)\s*", re.IGNORECASE)


def segment_end(v: View, position: int) -> int:
    match = SEPARATOR.search(v.text, position, v.end)
    stop = TERMINATOR.search(v.text, position, v.end)
    bracket = v.text.find(")", position, v.end)
    return min(match.start() if match else v.end, stop.start() if stop else v.end, bracket if bracket >= 0 else v.end)
