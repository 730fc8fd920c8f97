"""The registry number that a document states for itself, told apart from a number of another trial that it mentions."""

import re

NCT = re.compile(r"\bNCT\d{8}\b")
_LABEL = re.compile(
    r"^\W*(?:clinical\s?trials?\.gov(?:\s+(?:identifier|id|number|registration))*|nct(?:\s*(?:number|no\.?|id))?|(?:trial\s+)?registration(?:\s+(?:number|no\.?|id))?"
    r"|registry(?:\s+(?:number|id|identifier))?|(?:study|trial|unique)\s+(?:identifier|id|number)|identifiers?|other\s+study\s+id(?:\s+numbers?)?"
    r"|注册号|登记号)\W{0,8}(NCT\d{8})\b",
    re.IGNORECASE | re.MULTILINE,
)
_OWN = re.compile(
    r"(?:(?:this|the\s+present)\s+(?:study|trial)(?:(?!\.\s)[^\n]){0,80}?regist\w+(?:(?!\.\s)[^\n]){0,60}?|trial\s+registration|clinicaltrials\.gov/(?:ct2/)?(?:study|show)/|registered\s+(?:at|with|on|as|in)(?:(?!\.\s)[^\n]){0,60}?)"
    r"\W{0,4}(NCT\d{8})\b",
    re.IGNORECASE,
)


def stated_nct(text: str, title: str) -> str | None:
    """The trial's own NCT number: labelled at a line's start, set apart at the title's start or end, alone on a line
    among the first ones, or in the sentence that says where the trial is registered. None for a mere mention."""
    if label := _LABEL.search(text):
        return label[1].upper()
    if edge := re.match(r"\W*(NCT\d{8})\b(?!\s+(?:extension|rollover|follow))", title) or re.search(r"[(\[|:–—-]\s*(NCT\d{8})\W*$", title):
        return edge[1]
    for line in [line for line in text[:5000].split("\n") if line.strip()][:5]:
        if alone := re.fullmatch(r"\W*(NCT\d{8})\W*", line):
            return alone[1]
    own = {found[1].upper() for found in _OWN.finditer(text)}
    return own.pop() if len(own) == 1 and len(set(NCT.findall(text))) == 1 else None
