"""The oldest release of a system that programs run on: asked for by a constraint of the platform, or by Bazel's own option.

No toolchain can read the option: Bazel 7 shows it to Apple's rules alone. But a transition can, and hands it on to a setting.
"""

load("//bzlmod/archives:versions.bzl", "is_older")
load("//bzlmod/runtimes:include_dirs.bzl", "IncludeDirsInfo")

visibility("//bzlmod/...")

_OPTION = "//command_line_option:macos_minimum_os"
_SETTING = str(Label("//bzlmod/toolchain:minimum_os_option"))

MinimumOsInfo = provider(
    doc = "The oldest release that programs are for.",
    fields = {
        "origin": "What says it, for messages.",
        "version": "The version, or None where nobody says one.",
    },
)

_OptionInfo = provider(doc = "What an option says.", fields = {"value": "A string, empty where it says nothing."})

def _option_value_impl(ctx):
    return [_OptionInfo(value = ctx.build_setting_value)]

option_value = rule(
    implementation = _option_value_impl,
    build_setting = config.string(),
    doc = "Takes what the transition has read.",
)

def _read_option_impl(settings, _attr):
    return {_SETTING: str(settings[_OPTION] or "")}

_read_option = transition(
    implementation = _read_option_impl,
    inputs = [_OPTION],
    outputs = [_SETTING],
)

def _minimum_os_impl(ctx):
    option = ctx.attr._option[0][_OptionInfo].value
    if ctx.attr.by_platform and option and option != ctx.attr.by_platform:
        fail("--macos_minimum_os={}: the platform says {}, by a constraint of //constraints/minimum_os. Take one of the two away.".format(option, ctx.attr.by_platform))
    return [MinimumOsInfo(
        origin = "--macos_minimum_os=" + option if option else "the platform's constraint //constraints/minimum_os:" + ctx.attr.by_platform,
        version = option or ctx.attr.by_platform or None,
    )]

_minimum_os = rule(
    implementation = _minimum_os_impl,
    attrs = {
        "by_platform": attr.string(doc = "What the platform says."),
        "_option": attr.label(default = _SETTING, cfg = _read_option),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)

def minimum_os(name, minimum_os):
    """What a build asks for, of those releases that a system has.

    Args:
      name: Name of the target.
      minimum_os: What the facts of the target's system say: dict of flag, oldest, younger.
    """
    _minimum_os(
        name = name,
        by_platform = select({
            "//constraints/minimum_os:" + version: version
            for version in [minimum_os["oldest"]] + minimum_os["younger"]
        } | {"//conditions:default": ""}),
        tags = ["manual"],
    )

def minimum_os_flags(config):
    """Returns the flags by which compilations and links say what is asked for, as a list: of none where nothing is.

    Args:
      config: The attributes of a toolchain_config: c_includes, minimum_os, minimum_os_flag, oldest_os, platform_name.
    """
    if not config.minimum_os:
        return []
    asked = config.minimum_os[MinimumOsInfo]
    if not asked.version:
        return []
    if is_older(asked.version, config.oldest_os):
        fail("{}: {} programs are for {} and later, for which their C++ library and builtins are compiled.".format(asked.origin, config.platform_name, config.oldest_os))
    for headers in config.c_includes:
        version = headers[IncludeDirsInfo].sdk_version
        if version and is_older(version, asked.version):
            fail("{}: the SDK of {} is that of {}. Name a younger one; docs/macos.md says how.".format(asked.origin, config.platform_name, version))
    return [config.minimum_os_flag + asked.version]
