"""What is said where the documents are not the answer: short, plain, and without a trial where somebody is in danger."""

from collections.abc import Sequence

from assistant.ask.asked import Draft
from assistant.ask.render import name
from assistant.ask.request import Request
from index.trials import Trial

EMERGENCY = (
    "This sounds like an emergency, and this program cannot help in one. "
    "Call the local emergency number or the emergency team now, and stay with the patient."
)
SELF_HARM = (
    "If you or somebody else may be in danger, call the local emergency number or a crisis line now, and do not stay alone. "
    "This program cannot help in a crisis."
)
ADVICE = "This program gives no treatment or dosing advice; that is for the treating physician. It can quote what a trial document states."
INSTRUCTION = (
    "This program only answers from the indexed trial documents; instructions in a message change no verdict, and nothing internal is shown. "
    "There is no patient description here to check."
)
OFF_TOPIC = "This is outside the indexed trial documents. Ask about a trial, or paste a patient note to check against the criteria."
NEEDS_PATIENT = (
    "No patient is described yet. "
    "Paste a short note (diagnosis, stage, performance status, prior treatment, labs), and every trial is checked against it."
)


def examples(trials: Sequence[Trial]) -> tuple[str, str]:
    """Two questions that can be asked of what is indexed."""
    if not trials:
        return ("Which trials are indexed?", "What is the primary endpoint?")
    with_list = next((t for t in trials if t.has_eligibility_list), trials[0])
    other = next((t for t in trials if t is not with_list), trials[0])
    first = (
        f"What performance status does {name(with_list)} require?" if with_list.has_eligibility_list else f"What is the status of {name(with_list)}?"
    )
    return (first, f"What is the primary endpoint of {name(other)}?")


def boundary_reply(request: Request, trials: Sequence[Trial]) -> Draft:
    """The reply to a message that is no question about the documents."""
    zh = request.language == "zh"
    match request.intent:
        case "emergency":
            text = SELF_HARM if request.reason == "self-harm" else EMERGENCY
            return Draft("emergency", text + (" 请立即拨打当地急救电话。" if zh else ""))
        case "needs_patient":
            return Draft("needs_patient", NEEDS_PATIENT)
        case "out_of_scope" if request.reason == "advice":
            return Draft("out_of_scope", ADVICE)
        case "out_of_scope" if request.reason == "instruction":
            return Draft("out_of_scope", INSTRUCTION)
        case "out_of_scope" if request.reason == "language":
            return Draft(
                "out_of_scope",
                f"Questions in {request.facts[0] if request.facts else 'this language'} are not supported. Please ask in English or Chinese.",
            )
        case "out_of_scope":
            return Draft("out_of_scope", OFF_TOPIC)
        case _:
            one, two = examples(trials)
            return Draft("out_of_scope", f"Ask about the indexed trials or paste a patient note. For example: “{one}” or “{two}”")
