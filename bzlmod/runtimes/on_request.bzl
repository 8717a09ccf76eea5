"""Targets that a wildcard leaves out.

The packages of all targets would otherwise have every runtime of every platform compiled by `bazel build //...`.
"""

visibility("//bzlmod/...")

def on_request(rule):
    """Returns a macro that declares a rule's targets with the tag `manual`.

    Args:
      rule: The rule; it is exported under another name.
    """
    return lambda name, tags = [], **kwargs: rule(name = name, tags = ["manual"] + tags, **kwargs)
