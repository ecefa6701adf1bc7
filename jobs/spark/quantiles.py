"""Quantile cuts of a whole run: each attributes file counted by a task, the counts summed in the driver."""

from __future__ import annotations

from jobs.spark.parts import map_parts
from jobs.stage import StageContext
from jobs.tasks import quantiles
from jobs.tasks.quantiles import Cut, HistogramTask


def cuts_of(context: StageContext, together: bool) -> tuple[Cut, ...]:
    """The cuts that the configuration asks for, none where it asks nothing.  ``together``: all files in one task.

    Raises ConfigError where a file of attributes lacks the score.
    """
    select = context.config.select
    if not quantiles.asked(select.quality, select.areas):
        return ()
    names = tuple(part.name for part in context.inputs["annotate"].files("attributes"))
    groups = [names] if together else [(name,) for name in names]
    tasks = [HistogramTask(context.run, group, select.quality.score) for group in groups if group]
    answers = map_parts(context, tasks, quantiles.counted, "histograms")
    return quantiles.cuts(quantiles.merged(answers), select.quality, select.areas)
