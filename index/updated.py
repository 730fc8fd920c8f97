"""When a record says that it was last updated: of two versions of a trial, the later one counts."""

from datetime import date, datetime

from index.trials import Trial

_FORMS = ("%Y-%m-%d", "%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%Y/%m/%d")


def updated(trial: Trial) -> date | None:
    """The day that the record states as its last update, None if it states none that can be read to the day."""
    field = trial.first("last_update")
    if field is None:
        return None
    for form in _FORMS:
        try:
            return datetime.strptime(field.value.strip(), form).date()
        except ValueError:
            continue
    return None


def earlier(one: date | None, other: date | None) -> bool:
    """Whether both days are known and `one` is before `other`."""
    return one is not None and other is not None and one < other
