"""Where stock ministack does something else than AWS: one file for each thing put right."""

from emulator.fixes import (
    alarms,
    change_sets,
    custom_resources,
    distributions,
    invoking,
    queueing,
    reading,
    rotation,
    stack_outputs,
    waiting,
)

ALL = (
    alarms.apply,
    change_sets.apply,
    custom_resources.apply,
    distributions.apply,
    invoking.apply,
    queueing.apply,
    reading.apply,
    rotation.apply,
    stack_outputs.apply,
    waiting.apply,
)
