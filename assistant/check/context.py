"""What judging a leaf needs besides the leaf: the chart, the date, the reading of silence, and the criterion around it."""

from dataclasses import dataclass, field
from datetime import date

from assistant.check.evidence import Chart, Item, index_tumour
from assistant.results import Silence
from index.trials import Polarity


@dataclass(slots=True)
class Context:
    """`tumours`: the malignancies that the trial is for. `stated_units`: per measure, the units in which the criterion states
    limits. `sign` is +1 where truth is required of the leaf, -1 where it blocks. `labs`: the criterion sets limits on
    laboratory values, so that a treatment in it invalidates samples. `triggers`: inside a carve-out, the concepts of its trigger.
    `scales`: the scales that the criterion uses. `dosed`: drugs for which the criterion sets a dose of their own.
    `tolerated`: diseases that the trial's exceptions presuppose. `hidden`: a requirement inside an exclusion."""

    chart: Chart
    as_of: date
    silence: Silence
    tumours: frozenset[str] = frozenset()
    polarity: Polarity = "inclusion"
    stated_units: dict[str, frozenset[str]] = field(default_factory=dict)
    sign: int = 1
    labs: bool = False
    triggers: frozenset[str] = frozenset()
    scales: frozenset[str] = frozenset()
    dosed: frozenset[str] = frozenset()
    tolerated: frozenset[str] = frozenset()

    @property
    def exception(self) -> bool:
        """Whether the leaf belongs to a carve-out."""
        return bool(self.triggers)

    @property
    def hidden(self) -> bool:
        """Whether the leaf is a requirement inside an exclusion: taken literally."""
        return self.polarity == "exclusion" and self.sign > 0

    @property
    def index(self) -> Item | None:
        """The patient's index tumour for this trial."""
        key = f"index:{sorted(self.tumours)}"
        if key not in self.chart.memo:
            self.chart.memo[key] = index_tumour(self.chart, self.tumours)
        return self.chart.memo[key]  # type: ignore[return-value]
