"""Faults that AWS deals out, by a plan: which calls they strike, how often they have struck.

    entries     what a plan may say, each kind of fault with its options
    plan        a plan's text in, entries out, or what is wrong with it
    active      the plan in force, and what each of its faults has done
    codes       which error each service throttles, fails and expires with
    requests    faults of requests: refused, failed, or never answered
    api         GET, PUT and DELETE of the plan in force

Without a plan none of it is in the way of a request.
"""

from sandbox.faults.active import Fault, Faults, faults

__all__ = ["Fault", "Faults", "faults"]
