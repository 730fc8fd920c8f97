"""Somebody else: relatives, partners and donors, told apart from those who only report."""

import re

from assistant.patient.view import SEPARATOR, View, segment_end

_RELATIVE = re.compile(
    r"\b(?P<history>(?:strong |positive |significant |remarkable )?(?:family|maternal|paternal)(?: medical| cancer)? (?:history|hx)|"
    r"f\.?h\.?x?(?= ?[:+\-]| of\b| pos)|famhx|fhx)\b"
    r"|\b(?P<person>father|mother|dad|mum|mom|parents?|brothers?|sisters?|siblings?|sons?|daughters?|uncles?|aunts?|grand\w*(?:father|"
    r"mother|parents?|son|daughter|ma|pa)|cousins?|nephews?|nieces?|relatives?|family members?|wife|husband|spouse|partner|twin|"
    r"first[- ]degree relatives?|second[- ]degree relatives?|children|caregiver|boyfriend|girlfriend|neighbou?rs?|friends?|colleagues?|"
    r"room-?mates?|donors?)\b"
    r"|(?P<zh>父亲|母亲|父母|哥哥|弟弟|姐姐|妹妹|兄弟|姐妹|叔叔|家族史|配偶|丈夫|妻子|供体|儿子|女儿|其父|其母|其兄|其弟)",
    re.IGNORECASE,
)


_INFORMANT = re.compile(
    r"(?:'s)?(?:,? (?:who|also|has|have|had|then|is|was|were|\w+ly))*\s+(?:report|stat|sa(?:y|id)|recall|not(?:e[sd]|ic)|den(?:y|ie)|"
    r"bring|brought|describ|concern|call|gave|give|told|tell|observ|found|find|worr|accompan|mention|present(?:ed)? (?:with )?(?:the|"
    r"her|him)|think|thought|heard|hear|witness|admit|confirm|add|explain|claim|return|agree|consent|lives?|help|drove|took|wish|want|"
    r"ask|request)",
    re.IGNORECASE,
)


_NOT_EXPERIENCER_BEFORE = re.compile(
    r"(?:\b(?:by|with|to|from|per|via|lives?|and (?:his|her)|accompanied|married|supports?|cares? for|caring for|for|living|deceased|"
    r"related|unrelated|matched|cadaveric|haploidentical|sibling|identical|brain[- ]dead|using|use|of (?:two|three|four|five|\d)|male|"
    r"female|sexual)\s+(?:(?:his|her|their|the|a|an|both|two|three|four|\d|elderly|older|younger|male|female|sexual|living|deceased|"
    r"related|unrelated|matched)\s+)*)$",
    re.IGNORECASE,
)


# "prescribed for his neighbour": what was meant for somebody else is not the patient's.
_MEANT_FOR = re.compile(
    r"\b(?:prescribed|given|bought|meant|intended|ordered|planned|dispensed|belong(?:s|ed|ing)?|recommended|collected|taken|used)\s+(?:for|to|by)\s+"
    r"(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
_BACK_TO_RELATIVE = re.compile(
    r"\s*(?:\([^()]{0,20})?,?\s*(?:\(|(?:(?:was|were|is|are|had been|has been)\s+)?(?:(?:prescribed|given|bought|meant|intended|ordered|planned|"
    r"dispensed|recommended|collected)\s+(?:for|to)|(?:taken|used)\s+by|belong(?:s|ed|ing)?\s+to)\b|(?:for|in|of|at \d+ in|affecting)\b)\s*"
    r"(?:(?:his|her|their|the|a|an|one|two|three|four|both|several|multiple|\d|maternal|paternal|older|younger|elder|late|first|second|degree|"
    r"side)[\s-]+)*$",
    re.IGNORECASE,
)


_PATIENT = re.compile(r"\b(?:patient|pt|himself|herself)\b|;|\bbut\b|\bwhereas\b|\bwhile\b|\.\s", re.IGNORECASE)


_MALE = frozenset("father dad brother brothers son sons uncle uncles husband boyfriend nephew nephews grandfather grandson".split())


_FEMALE = frozenset("mother mum mom sister sisters daughter daughters aunt aunts wife girlfriend niece nieces grandmother granddaughter".split())


def relatives(text: str, start: int, end: int) -> tuple[tuple[int, int, str], ...]:
    """Words in `text[start:end]` for somebody else who may be the one that has something; informants are left out."""
    found: list[tuple[int, int, str]] = []
    for match in _RELATIVE.finditer(text, start, end):
        word = match[0].lower()
        before = text[max(start, match.start() - 30) : match.start()]
        if match["history"]:
            if re.search(r"\b(?:personal|own)\s*(?:or|and|/)\s*$", before, re.IGNORECASE) or re.match(
                r"\s*(?:or|and|/)\s*personal", text[match.end() : match.end() + 20], re.IGNORECASE
            ):
                continue
        elif match["person"]:
            after = text[match.end() : match.end() + 60]
            if _INFORMANT.match(after) or (_NOT_EXPERIENCER_BEFORE.search(before) and not _MEANT_FOR.search(before)):
                continue
            if re.match(r"\s+of\s+(?:one|two|three|four|five|six|\d)", after) or re.match(r"-in-law\b", after):
                continue
            if word.startswith("donor") and not re.match(
                r"\s*(?:[:=]|was|were|is|had|has|hbs|hbv|hcv|hiv|cmv|anti|hepatitis|positive|negative|with|serology)", after, re.IGNORECASE
            ):
                continue
            if (
                word in ("children", "partner", "relatives", "relative", "twin")
                and before.strip(" .;,\n")
                and not re.search(r"\b(?:his|her|their|patient's|in|the|sexual)\s+(?:\w+\s+)?$", before, re.IGNORECASE)
            ):
                continue
        found.append((match.start(), match.end(), word))
    return tuple(found)


def other_person(v: View, start: int, end: int) -> bool:
    """Whether the words at `start:end` speak of a relative, a partner or a donor."""
    if v.section == "family":
        return True
    for at, stop, word in v.relatives:
        if stop <= start:
            gap = v.text[stop:start]
            if _PATIENT.search(gap):
                continue
            pronoun = re.search(r"\b(he|she)\b", gap, re.IGNORECASE)
            if pronoun and (word in _FEMALE if pronoun[1].lower() == "he" else word in _MALE):
                continue
            pieces = SEPARATOR.split(gap)
            if len(pieces) > 1 and "," in gap:
                last = pieces[-1] + v.text[start : segment_end(v, end)]
                if re.search(r"\d", re.sub(r"\b(?:at|age|aged|in) \(?\d+s?|\b(?:19|20)\d\d\b", "", last)) or re.search(
                    r"\b(?:ECOG|he|she|patient|on|BCLC|currently|now)\b", last
                ):
                    continue
            if len(gap) < 220:
                return True
        elif (
            at >= end
            and re.fullmatch(r"[ -]*(?:(?:positive|infected|carrying|affected)\s+)?", v.text[end:at])
            and word not in ("partner", "partners")
        ):
            return True  # "her HIV-positive son"
        elif at >= end and at - end < 60 and _BACK_TO_RELATIVE.fullmatch(v.text, end, at):
            return True
    return False
