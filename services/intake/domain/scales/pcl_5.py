"""PCL-5: how heavily something frightening or violent has weighed on the past month.

Weathers et al. The PTSD Checklist for DSM-5. National Center for PTSD, 2013: items, range 0-80. A total from 31 to 33 is where
probable PTSD begins, depending on who is asked (Bovin et al. Psychol Assess 2016;28:1379-1391); 10 points are a change that
matters (National Center for PTSD). It has no rule for skipped items: a total needs all twenty.
Made by the United States government: public domain. English only, until a translation is checked.
"""

from services.intake.domain.scales.items import numbered
from services.intake.domain.scales.progress import Goals
from services.intake.domain.scales.scale import Band, Choice, Scale, ScaleCode
from services.intake.domain.words import words

_HOW_MUCH = (
    Choice(0, words("Not at all")),
    Choice(1, words("A little bit")),
    Choice(2, words("Moderately")),
    Choice(3, words("Quite a bit")),
    Choice(4, words("Extremely")),
)

PCL_5 = Scale(
    code=ScaleCode.PCL_5,
    name="PCL-5",
    lowest=0,
    highest=80,
    bands=(
        Band("below", 0, 30, "Below the cut-point"),
        Band("at-cut-point", 31, 33, "At the cut-point: suggests PTSD"),
        Band("above", 34, 80, "Above the cut-point: suggests PTSD"),
    ),
    stem=words("In the past month, how much were you bothered by:"),
    items=numbered(
        _HOW_MUCH,
        words("Repeated, disturbing, and unwanted memories of the stressful experience?"),
        words("Repeated, disturbing dreams of the stressful experience?"),
        words(
            "Suddenly feeling or acting as if the stressful experience were actually happening again (as if you were "
            "actually back there reliving it)?"
        ),
        words("Feeling very upset when something reminded you of the stressful experience?"),
        words(
            "Having strong physical reactions when something reminded you of the stressful experience (for example, "
            "heart pounding, trouble breathing, sweating)?"
        ),
        words("Avoiding memories, thoughts, or feelings related to the stressful experience?"),
        words(
            "Avoiding external reminders of the stressful experience (for example, people, places, conversations, "
            "activities, objects, or situations)?"
        ),
        words("Trouble remembering important parts of the stressful experience?"),
        words(
            "Having strong negative beliefs about yourself, other people, or the world (for example, having thoughts "
            "such as: I am bad, there is something seriously wrong with me, no one can be trusted, the world is "
            "completely dangerous)?"
        ),
        words("Blaming yourself or someone else for the stressful experience or what happened after it?"),
        words("Having strong negative feelings such as fear, horror, anger, guilt, or shame?"),
        words("Loss of interest in activities that you used to enjoy?"),
        words("Feeling distant or cut off from other people?"),
        words(
            "Trouble experiencing positive feelings (for example, being unable to feel happiness or have loving "
            "feelings for people close to you)?"
        ),
        words("Irritable behavior, angry outbursts, or acting aggressively?"),
        words("Taking too many risks or doing things that could cause you harm?"),
        words("Being “superalert” or watchful or on guard?"),
        words("Feeling jumpy or easily startled?"),
        words("Having difficulty concentrating?"),
        words("Trouble falling or staying asleep?"),
    ),
    goals=Goals(response_points=10),
)
