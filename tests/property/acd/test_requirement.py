"""Requirement expressions under hypothesis: written and read again they are the same, and nothing else is raised."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from acd.requirement import EVERYONE, AllOf, AnyOf, Level, Not, Requirement, RequirementError, parse

SKILLS = ("sr", "en", "billing", "2nd-line", "android", "order")

levels = st.builds(Level, st.sampled_from(SKILLS), st.sampled_from((">=", ">", "=", "<", "<=")), st.integers(0, 10))


def combined(parts: st.SearchStrategy[Requirement]) -> st.SearchStrategy[Requirement]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, parts) | st.builds(AllOf, several) | st.builds(AnyOf, several)


requirements = st.recursive(levels, combined, max_leaves=12)


@given(requirements)
def test_a_requirement_that_is_written_reads_as_itself(requirement: Requirement) -> None:
    assert parse(str(requirement)) == requirement


@given(requirements, st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 10)))
def test_a_requirement_and_its_negation_never_agree(requirement: Requirement, skills: dict[str, int]) -> None:
    assert parse(f"not ({requirement})").holds(skills) is not requirement.holds(skills)


@given(st.text(alphabet="sren billing andornot()<>=!0123456789\t\n\u00e9", max_size=60))
def test_any_text_is_a_requirement_or_a_requirement_error(text: str) -> None:
    try:
        requirement, offset = parse(text), 0
    except RequirementError as error:
        requirement, offset = EVERYONE, error.offset
    assert parse(str(requirement)) == requirement
    assert 0 <= offset <= len(text)
