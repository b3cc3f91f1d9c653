"""Where stock ministack does something else than AWS: one file for each thing put right."""

from emulator.fixes import (
    alarms,
    change_sets,
    custom_resources,
    distributions,
    queueing,
    rotation,
    stack_outputs,
    waiting,
)

ALL = (
    alarms.apply,
    change_sets.apply,
    custom_resources.apply,
    distributions.apply,
    queueing.apply,
    rotation.apply,
    stack_outputs.apply,
    waiting.apply,
)
