"""The names that somebody may have meant."""

visibility("//bzlmod/contract")

def _distance(a, b):
    """How many letters are to be put in, taken out, changed, or swapped with the next one, to make one string of the other."""
    before = None
    row = range(len(b) + 1)
    for i in range(len(a)):
        following = [i + 1]
        for j in range(len(b)):
            cost = min(row[j + 1] + 1, following[j] + 1, row[j] + (0 if a[i] == b[j] else 1))
            if i and j and a[i] == b[j - 1] and a[i - 1] == b[j]:
                cost = min(cost, before[j - 1] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1]

def near_names(name, names, count = 5):
    """Returns the nearest names, the nearest first.

    Args:
      name: What was written.
      names: List of what exists.
      count: How many at most.

    Returns:
      List of those that are at most a third of the name's letters away, but always one letter.
    """
    most = max(1, len(name) // 3)
    distances = [(_distance(name, other), other) for other in names if abs(len(name) - len(other)) <= most]
    return [other for distance, other in sorted(distances)[:count] if distance <= most]
