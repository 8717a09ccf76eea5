"""Features that are flags, and the flags that a build variable stands for."""

load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "feature", "feature_set", "flag_group", "flag_set", "with_feature_set")

visibility("//bzlmod/toolchain")

def flags_feature(name, actions, flags, enabled = True, requires = [], unless = []):
    """A feature of constant flags.

    Args:
      name: Name of the feature.
      actions: Action names that the flags are for.
      flags: List of strings; a feature without flags is still one that users can name.
      enabled: Whether it is on unless it is turned off.
      requires: Names of features, all of which must be on.
      unless: Names of features, any of which takes the flags away.

    Returns:
      A feature.
    """
    return feature(
        name = name,
        enabled = enabled,
        requires = [feature_set(features = requires)] if requires else [],
        flag_sets = [flag_set(
            actions = actions,
            flag_groups = [flag_group(flags = flags)],
            with_features = [with_feature_set(not_features = unless)] if unless else [],
        )] if flags else [],
    )

def flag_sets_feature(name, flags, enabled = True):
    """A feature of constant flags that differ between actions.

    Args:
      name: Name of the feature.
      flags: Dict: tuple of action names → list of strings.
      enabled: Whether it is on unless it is turned off.

    Returns:
      A feature.
    """
    return feature(
        name = name,
        enabled = enabled,
        flag_sets = [flag_set(actions = list(actions), flag_groups = [flag_group(flags = group)]) for actions, group in flags.items() if group],
    )

def each_value(variable, flags, actions):
    """Returns flags that are repeated for every value of a build variable, as a flag set; None where there are none.

    Args:
      variable: Name of the build variable.
      flags: List of strings; empty for a linker that lacks them.
      actions: Action names that the flags are for.
    """
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags, iterate_over = variable, expand_if_available = variable)],
    ) if flags else None

def once_if_set(variable, flags, actions):
    """Returns flags that are given once where a build variable is set, as a flag set; None where there are none.

    Args:
      variable: Name of the build variable.
      flags: List of strings; empty for a linker that lacks them.
      actions: Action names that the flags are for.
    """
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags, expand_if_available = variable)],
    ) if flags else None

def arguments_feature(name, flag_sets):
    """Returns a feature that is always on.

    Args:
      name: Name of the feature.
      flag_sets: List of flag sets; those that are None are left out.
    """
    return feature(name = name, enabled = True, flag_sets = [entry for entry in flag_sets if entry])
