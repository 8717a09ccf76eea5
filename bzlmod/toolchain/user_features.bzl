"""The features that rows of manifest/features.yaml say: which are flags alone, off unless a user turns them on."""

load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "feature", "flag_group", "flag_set", "with_feature_set")
load("//bzlmod/toolchain:actions.bzl", "COMPILE", "LINK")
load("//toolchains:features.bzl", "FEATURES", "INSTRUMENTATIONS")

visibility(["//bzlmod/targets", "//bzlmod/toolchain"])

def _choice(name, platform):
    """What a feature is on a platform; None where it is nothing."""
    for choice in FEATURES[name]:
        if platform in choice["platforms"]:
            return choice
    return None

def instrumentations(platform, link_mode):
    """Returns the names of the features that a whole build has or has not, of those that a platform has.

    Args:
      platform: Name of the platform, without a version of its libc.
      link_mode: How executables are linked.
    """
    choices = {name: _choice(name, platform) for name in INSTRUMENTATIONS}
    return [name for name, choice in choices.items() if choice and link_mode in choice.get("link_modes", [link_mode])]

def user_features(platform, link_mode, instrumentation):
    """Returns the features that a platform has, in the order of their rows.

    Args:
      platform: Name of the platform, without a version of its libc.
      link_mode: How executables are linked.
      instrumentation: An InstrumentationInfo. What it has not of INSTRUMENTATIONS is no feature, see refused.bzl.
    """
    asked = [name for name in instrumentations(platform, link_mode) if name in instrumentation.features]
    had = {
        name: _choice(name, platform)
        for name in FEATURES
        if name not in INSTRUMENTATIONS or name in asked
    }
    return [
        feature(
            name = name,
            # What the command line asks for, Bazel turns on, and single targets may turn off; so may they what a platform asks for.
            enabled = name in INSTRUMENTATIONS,
            flag_sets = [
                flag_set(
                    actions = actions,
                    flag_groups = [flag_group(flags = choice[key])],
                    with_features = [with_feature_set(features = choice["with"])] if "with" in choice else [],
                )
                for key, actions in [("compile", COMPILE), ("link", LINK)]
                if key in choice
            ],
            implies = choice.get("implies", []),
            provides = choice.get("provides", []),
        )
        for name, choice in had.items()
        if choice
    ]

def features_elsewhere(platform):
    """Returns the features that other platforms have and this one has not, each with the names of those platforms.

    Args:
      platform: Name of the platform, without a version of its libc.
    """
    return {
        name: [other for choice in choices for other in choice["platforms"]]
        for name, choices in FEATURES.items()
        if not _choice(name, platform)
    }
