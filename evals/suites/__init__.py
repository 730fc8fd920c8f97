"""The suites, one file each. The order here is the order of the report."""

from evals.suites.adversarial import AdversarialInputs
from evals.suites.base import Context, NotRun, Suite
from evals.suites.chia import Chia
from evals.suites.compilation import Compilation
from evals.suites.conversations import Conversations
from evals.suites.criteria import SingleCriteria
from evals.suites.pairs import CriterionPairs
from evals.suites.probes import Probes
from evals.suites.questions import Questions
from evals.suites.retrieval import Retrieval
from evals.suites.unseen import UnseenProbes
from evals.suites.unseen_questions import UnseenQuestions
from evals.suites.vignettes import Vignettes

SUITES: tuple[Suite, ...] = (
    Vignettes(),
    Probes(),
    SingleCriteria(),
    UnseenProbes(),
    Questions(),
    UnseenQuestions(),
    Conversations(),
    AdversarialInputs(),
    CriterionPairs(),
    Compilation(),
    Chia(),
    Retrieval(),
)

__all__ = ["SUITES", "Context", "NotRun", "Suite"]
