"""What judging a leaf needs besides the leaf: the chart, the date, the reading of silence, and the criterion around it."""

from dataclasses import dataclass, field
from datetime import date

from assistant.check.evidence import Chart, Item, index_tumour
from assistant.check.plan import Surroundings
from assistant.results import Silence
from index.conditions import Finding, Leaf, Treatment, Window
from index.text import Span, repair
from index.trials import Criterion, Polarity
from index.vocabulary import tokens

_CONTENT = 4  # letters from which a word is taken to carry meaning of its own
# Words of criteria and notes alike that say nothing of a disease or a treatment.
_EVERYWHERE = frozenset(
    "patient subject participant person with without have having been being other than that this these those which whose will would should must "
    "from into over under such known history study trial protocol treatment therapy within prior before after during time year month week day "
    "more less least most only also both either neither when where who any all not and due daily "
    "dose doses equivalent administered receive received receiving".split()
)


@dataclass(slots=True)
class Context:
    """`tumours`: the malignancies that the trial is for. `stated_units`: per measure, the units in which the criterion states
    limits. `sign` is +1 where truth is required of the leaf, -1 where it blocks. `labs`: the criterion sets limits on
    laboratory values, so that a treatment in it invalidates samples. `triggers`: inside a carve-out, the concepts of its trigger,
    and `trigger_window` the time that it asks for.
    `scales`: the scales that the criterion uses. `dosed`: what counts from a dose of its own on.
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
    trigger_window: Window | None = None
    scales: frozenset[str] = frozenset()
    dosed: tuple[Treatment, ...] = ()
    tolerated: frozenset[str] = frozenset()
    criterion: Criterion | None = None
    around: Surroundings = (False, frozenset(), frozenset(), ())
    ruling: bool = False
    """Inside the condition of a rule for some patients: whether it applies is no required absence."""

    def spoken_of(self, span: Span) -> bool:
        """Whether any content word of the criterion's words at `span` occurs in the note; with a number in them they count as spoken of."""
        if self.criterion is None or any(char.isdigit() for char in self._words(span)):
            return True  # a limit that could not be read: what was not measured is not absent
        return bool(self._content(span) & self._known())

    def shared(self, span: Span, besides: Span, named: str) -> bool:
        """Whether a content word of the criterion's words at `span` occurs in the note, which stands neither at `besides` nor in `named`."""
        apart = self._content(besides) | {t.key for t in tokens(repair(named).text)}
        return self.criterion is not None and bool((self._content(span) - apart) & self._known())

    def _words(self, span: Span) -> str:
        assert self.criterion is not None
        start = self.criterion.span.start
        return repair(self.criterion.quote[span.start - start : span.end - start]).text

    def _content(self, span: Span) -> set[str]:
        return {t.key for t in tokens(self._words(span)) if len(t.key) >= _CONTENT} - _EVERYWHERE

    def _known(self) -> frozenset[str]:
        """The words of the note."""
        known = self.chart.memo.get("words")
        if known is None:
            known = self.chart.memo["words"] = frozenset(t.key for t in tokens(repair(self.chart.patient.text).text))
        return known  # type: ignore[return-value]

    def surroundings(self, leaf: Leaf) -> tuple[object, ...]:
        """All that the judgement of a leaf may depend on besides the chart and what the leaf says."""
        aims = (self.tumours, self.tolerated) if isinstance(leaf, Finding | Treatment) else None
        return self.sign, self.polarity, self.triggers, self.trigger_window, self.around, aims

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
        known = self.chart.indexes
        if self.tumours not in known:
            known[self.tumours] = index_tumour(self.chart, self.tumours)
        return known[self.tumours]
