"""The features that rows of manifest/features.yaml say: which are flags alone, off unless a user turns them on."""

load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "feature", "flag_group", "flag_set", "with_feature_set")
load("//bzlmod/toolchain:features.bzl", "COMPILE", "LINK")
load("//toolchains:features.bzl", "FEATURES")

visibility("//bzlmod/toolchain")

def _choice(name, platform):
    """What a feature is on a platform; None where it is nothing."""
    for choice in FEATURES[name]:
        if platform in choice["platforms"]:
            return choice
    return None

def user_features(platform):
    """Returns the features that a platform has, in the order of their rows.

    Args:
      platform: Name of the platform, without a version of its libc.
    """
    had = {name: _choice(name, platform) for name in FEATURES}
    return [
        feature(
            name = name,
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
