"""Versions, `13.1`, in their order."""

visibility(["//bzlmod/...", "//overlays"])

def numbers(version):
    """The numbers of a version, a list, which Starlark compares as versions are."""
    return [int(part) if part.isdigit() else 0 for part in version.split(".")]

def is_older(version, other):
    """Whether a version comes before another one; `13` is `13.0`.

    Args:
      version: A string of numbers with dots between them.
      other: Another.
    """
    one, two = numbers(version), numbers(other)
    length = max(len(one), len(two))
    return one + [0] * (length - len(one)) < two + [0] * (length - len(two))
