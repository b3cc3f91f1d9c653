"""What protects each store: how old its data can be after a loss, from the templates alone.

    for found in protections(load("cdk.out")):
        found.after_a_mistake, found.after_a_region     # the best Way back each, or None

Plain Python over templates: no aws_cdk, no network.
"""

from infra.recovery.protection import Protection, Way, duration, protections

__all__ = ["Protection", "Way", "duration", "protections"]
