"""The module tests and the contracts of reading operations in a real account: `make live`.

__main__    the command: what it would make and cost, and, once confirmed, the run
account     whose credentials these are
trial       one test file, rewritten for an account: names, ARNs, regions, tags
costs       what trials make, and what that costs by the hour
running     trials one by one, each tidied up after, and what is left of them at the end
contracts   what reading operations answer where nothing is, and to what their model forbids
"""
