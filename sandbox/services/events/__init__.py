"""EventBridge: events meet the rules of their bus, and reach the rules' targets.

moto keeps buses, rules and targets. What it delivers, it delivers to fewer targets, from rules
that are off too, and whatever the target's policy says: so delivering is done here.
"""

from sandbox.services.events import operations  # noqa: F401
