"""Instrumentation: features that a whole build has or has not, for its links get files by them, such as a sanitizer's runtime.

Which files a link reads is said by its toolchain, and is the same for all targets of a configuration: a target's own features
are flags, and add no files. So these features are looked for where a configuration says them: in --features, and among the
constraints of the platform (//constraints/sanitizer); for some, Bazel has options of its own, such as `bazel coverage` gives. What follows is
chosen by select() on the settings here; a build that has none of them takes the other branch, in which nothing of it is declared, built or
fetched. docs/sanitizers.md tells how they are used.
"""

load("//toolchains:features.bzl", "INSTRUMENTATIONS")

visibility("//bzlmod/...")

_PACKAGE = "//bzlmod/instrumentation:"

# Value of the setting in a build that has none.
_NONE = "none"

_LEADERS = [name for name, row in INSTRUMENTATIONS.items() if not row["companion"]]
_COMPANIONS = [name for name, row in INSTRUMENTATIONS.items() if row["companion"]]

def _value(leader, companion):
    """Value, and name, of the setting in a build whose links get the files of two features; None: of none of that kind."""
    return "{}_with_{}".format(leader or _NONE, companion) if companion else leader or _NONE

InstrumentationInfo = provider(
    doc = "What the configuration asks for.",
    fields = {
        "by_command_line": "List of those features that are on for every target, since an option says them.",
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

def _companion(features):
    """The feature whose files come besides; None where there is none."""
    if len(features) > 1:
        fail("Options that a build can have one of at a time are given: {}. Take one away.".format(
            " and ".join(["--" + (INSTRUMENTATIONS[feature]["option"] or "features=" + feature) for feature in features]),
        ))
    return features[0] if features else None

def _is_on_command_line(ctx, name):
    option = INSTRUMENTATIONS[name]["option"]
    if option:
        return option in ctx.attr.options[0][BuildSettingInfo].value and name not in ctx.disabled_features
    return name in ctx.features

def _asked_impl(ctx):
    by_platform = [
        value.label.name
        for value in ctx.attr.sanitizers
        if ctx.target_platform_has_constraint(value[platform_common.ConstraintValueInfo])
    ]
    by_command_line = [name for name in INSTRUMENTATIONS if _is_on_command_line(ctx, name)]
    features = [
        name
        for name in INSTRUMENTATIONS
        if name in by_command_line or (
            name not in ctx.disabled_features and name in by_platform
        )
    ]
    leaders = [name for name in features if name in _LEADERS]
    return [
        config_common.FeatureFlagInfo(value = _value(
            _leading(leaders) if leaders else None,
            _companion([name for name in features if name in _COMPANIONS]),
        )),
        InstrumentationInfo(by_command_line = by_command_line, features = features),
    ]

BuildSettingInfo = provider(
    doc = "What a setting is set to.",
    fields = {"value": "Its value."},
)

_options_setting = rule(
    implementation = lambda ctx: BuildSettingInfo(value = ctx.build_setting_value),
    doc = "Names of Bazel's own options that are given.",
    build_setting = config.string_list(),
)

_OPTIONS = {row["option"]: "//command_line_option:" + row["option"] for row in INSTRUMENTATIONS.values() if row["option"]}

# A rule is not told of these options; a transition is.
_told_of_options = transition(
    implementation = lambda settings, _: {
        _PACKAGE + "options": [name for name, option in _OPTIONS.items() if settings[option]],
    },
    inputs = _OPTIONS.values(),
    outputs = [_PACKAGE + "options"],
)

_asked = rule(
    implementation = _asked_impl,
    doc = "Finds out what the configuration asks for. As a setting, its value names the features whose files serve all of it.",
    attrs = {
        "options": attr.label(
            cfg = _told_of_options,
            doc = "What has the options that are given.",
        ),
        "sanitizers": attr.label_list(
            providers = [platform_common.ConstraintValueInfo],
            doc = "Constraint values, each called as the feature that it asks for.",
        ),
    },
)

def instrumentation_settings():
    """Declares what the functions below select on."""
    _options_setting(
        name = "options",
        build_setting_default = [],
    )
    _asked(
        name = "asked",
        options = ":options",
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
    for leader in [None] + _LEADERS:
        for companion in [None] + _COMPANIONS:
            value = _value(leader, companion)
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

def pairs(features):
    """Returns pairs of features whose files a build takes together: one of those that lead, or None, and a companion, or None.

    Args:
      features: Names of the features that there are to choose from.
    """
    return [
        (leader, companion)
        for leader in [None] + [name for name in _LEADERS if name in features]
        for companion in [None] + [name for name in _COMPANIONS if name in features]
    ]

def by_instrumentation(features, choose):
    """A value that depends on the features whose files a build takes, as a select().

    Args:
      features: Names of the features that there are to choose from.
      choose: Function: a pair, as above → value. Of a build that has none, or one that is not among them, both are None.
    """
    return select({
        _PACKAGE + _value(leader, companion): choose(leader, companion)
        for leader, companion in pairs(features)
        if leader or companion
    } | {"//conditions:default": choose(None, None)})

def _of_runtimes(features, choose):
    """A list that depends on the sanitizer that runtimes are compiled with; none where none of the features is one."""
    chosen = {
        "//constraints/sanitizer:" + feature: choose(feature)
        for feature in features
        if instruments_runtimes(feature)
    }
    return select(chosen | {"//conditions:default": []}) if chosen else []

def runtime_flags(features, role):
    """Returns the flags that a runtime of C++ is compiled with beside others, as a select().

    Args:
      features: Names of the features that its target has.
      role: What the runtime is for the others, such as `cxx`.
    """
    return _of_runtimes(features, lambda feature: INSTRUMENTATIONS[feature]["runtime_flags"] if role in INSTRUMENTATIONS[feature]["runtime_roles"] else [])

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
