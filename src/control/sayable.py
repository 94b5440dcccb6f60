"""Whether what is declared can be said and played on this machine: by recordings, or by a voice."""

from __future__ import annotations

from control.announcing.terms import CHIME
from control.announcing.words import LANGUAGES, PlaceInLine, Remark, Saying, saying, speaks, wait_ahead
from control.campaign_rules import prompts_of
from control.errors import Invalid
from control.nouns import Campaign, Flow, Music, Noun, Queue
from control.prompt_files import NO_LANGUAGE
from control.voice import Voice
from pbx.routing.flow.steps import SetLanguage, prompts
from pbx.routing.flow.text import Prompt


async def check_sayable(voice: Voice, value: Noun) -> None:
    """Raise Invalid, naming the place, for what callers could not hear."""
    match value:
        case Flow():
            await _check_flow(voice, value)
        case Queue():
            await _check_queue(voice, value)
        case Campaign():
            for field, prompt in prompts_of(value).items():
                await voice.check(_of(prompt, value.language), value.language, field, value.client)
        case Music():
            for place, track in enumerate(value.tracks):
                if voice.recording(track, NO_LANGUAGE, value.client or "") is None:
                    raise Invalid(f"there is no recording {track} at /prompts/{NO_LANGUAGE}/", field=f"tracks[{place}]")


async def _check_flow(voice: Voice, flow: Flow) -> None:
    """Every prompt can be said in every language that the flow changes to."""
    languages = {flow.language} | {step.language for step in flow.steps if isinstance(step, SetLanguage)}
    for place, step in enumerate(flow.steps):
        for field, prompt in prompts(step):
            for language in sorted(languages):
                await voice.check(_of(prompt, language), language, f"steps[{place}].{field}")


async def _check_queue(voice: Voice, queue: Queue) -> None:
    announce, client = queue.announce, queue.client or ""
    for field, prompt in announce.prompts().items():
        if prompt != CHIME:
            await voice.check(_of(prompt, announce.language), announce.language, f"announce.{field}", client)
    examples: dict[str, Remark] = {"position": PlaceInLine(1), "expected_wait": wait_ahead(0)}
    for field, example in examples.items():
        if getattr(announce, field) is None:
            continue
        sentence = saying(example, announce.language)
        if sentence is None or not speaks(announce.language):
            raise Invalid(
                f"numbers can be said in {' and '.join(LANGUAGES)}, not in {announce.language}",
                field=f"announce.{field}",
            )
        await voice.check(sentence, announce.language, f"announce.{field}", client)


def _of(prompt: Prompt, language: str) -> Saying:
    return Saying(prompt.wording(language), (prompt.clip,) if prompt.clip else ())
