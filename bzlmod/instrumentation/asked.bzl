"""Instrumentation: features that a whole build has or has not, for its links get files by them, such as a sanitizer's runtime.

Which files a link reads is said by its toolchain, and is the same for all targets of a configuration: a target's own features
are flags, and add no files. So these features are looked for where a configuration says them: in --features, and among the
constraints of the platform (//constraints/sanitizer). What follows is chosen by select() on the
settings here; a build that has none of them takes the other branch, in which nothing of it is declared, built or fetched.
docs/sanitizers.md tells how they are used.
"""

load("//toolchains:features.bzl", "INSTRUMENTATIONS")

visibility("//bzlmod/...")

_PACKAGE = "//bzlmod/instrumentation:"

# Value of the setting in a build that has none.
_NONE = "none"

InstrumentationInfo = provider(
    doc = "What the configuration asks for.",
    fields = {
        "by_command_line": "List of those features that are on for every target, since --features says them.",
        "features": "List of all features: those, and what the platform asks for.",
    },
)

def _go_together(one, other):
    return other in INSTRUMENTATIONS[one]["besides"] or one in INSTRUMENTATIONS[other]["besides"]

def _leading(features):
    """The feature whose files serve all of them."""
    for feature in features:
        if not [other for other in features if other != feature and other not in INSTRUMENTATIONS[feature]["besides"]]:
            return feature
    pairs = [
        "{} and {}".format(one, other)
        for index, one in enumerate(features)
        for other in features[index + 1:]
        if not _go_together(one, other)
    ]
    return fail("Features that a build can have one of at a time are asked for, by --features or by constraints of the platform: {}. Take one away; docs/sanitizers.md says what goes together.".format(
        "; ".join(pairs) or " and ".join(features),
    ))

def _asked_impl(ctx):
    by_platform = [
        value.label.name
        for value in ctx.attr.sanitizers
        if ctx.target_platform_has_constraint(value[platform_common.ConstraintValueInfo])
    ]
    by_command_line = [name for name in INSTRUMENTATIONS if name in ctx.features]
    features = [
        name
        for name in INSTRUMENTATIONS
        if name in by_command_line or (
            name not in ctx.disabled_features and name in by_platform
        )
    ]
    return [
        config_common.FeatureFlagInfo(value = _leading(features) if features else _NONE),
        InstrumentationInfo(by_command_line = by_command_line, features = features),
    ]

_asked = rule(
    implementation = _asked_impl,
    doc = "Finds out what the configuration asks for. As a setting, its value is the feature whose files serve all of it.",
    attrs = {"sanitizers": attr.label_list(
        providers = [platform_common.ConstraintValueInfo],
        doc = "Constraint values, each called as the feature that it asks for.",
    )},
)

def instrumentation_settings():
    """Declares what the functions below select on."""
    _asked(
        name = "asked",
        # A platform that says nothing has the default of their setting, and then the others need not be looked at.
        sanitizers = select({
            "//constraints/sanitizer:default": [],
            "//conditions:default": [
                "//constraints/sanitizer:" + name
                for name, row in INSTRUMENTATIONS.items()
                if row["sanitizer"]
            ],
        }),
        visibility = ["//targets:__subpackages__"],
    )
    for value in [_NONE] + INSTRUMENTATIONS.keys():
        native.config_setting(
            name = value,
            flag_values = {":asked": value},
            visibility = ["//targets:__subpackages__"],
        )

def where_asked(otherwise, asked):
    """One of two values: of builds that ask for nothing, and of those that ask for something; a select().

    Args:
      otherwise: The value of a build that asks for nothing.
      asked: The value of one that does.
    """
    return select({
        _PACKAGE + _NONE: otherwise,
        "//conditions:default": asked,
    })

def by_instrumentation(features, choose):
    """A value that depends on the feature whose files a build takes, as a select().

    Args:
      features: Names of the features that there are to choose from.
      choose: Function: name of a feature, or None for a build without, or with one that is not among them → value.
    """
    return select({
        _PACKAGE + feature: choose(feature)
        for feature in features
    } | {"//conditions:default": choose(None)})

def _of_runtimes(features, choose):
    """A list that depends on the sanitizer that runtimes are compiled with; none where none of the features is one."""
    chosen = {
        "//constraints/sanitizer:" + feature: choose(feature)
        for feature in features
        if instruments_runtimes(feature)
    }
    return select(chosen | {"//conditions:default": []}) if chosen else []

def runtime_flags(features):
    """Returns the flags that runtimes of C++ are compiled with beside others, as a select().

    Args:
      features: Names of the features that their target has.
    """
    return _of_runtimes(features, lambda feature: INSTRUMENTATIONS[feature]["runtime_flags"])

def where_runtimes_are_instrumented(features, values):
    """Returns a list where runtimes of C++ are compiled with flags of their own, and else an empty one, as a select().

    Args:
      features: Names of the features that their target has.
      values: The list.
    """
    return _of_runtimes(features, lambda feature: values)

def instruments_runtimes(feature):
    """Whether the runtimes of C++ are compiled for a feature, by flags of their own."""
    return bool(INSTRUMENTATIONS[feature]["runtime_flags"])
