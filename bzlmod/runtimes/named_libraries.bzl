"""The labels by which users ask for a library of the target's system."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//bzlmod/runtimes:built_once.bzl", "built_once")
load("//bzlmod/toolchain:configured.bzl", "configured_toolchain")

visibility("//windows")

def _system_library_impl(ctx):
    cc_toolchain, features = configured_toolchain(ctx)
    libraries = [
        cc_common.create_library_to_link(
            actions = ctx.actions,
            cc_toolchain = cc_toolchain,
            feature_configuration = features,
            static_library = file,
        )
        for file in ctx.files.library
    ]
    linker_input = cc_common.create_linker_input(owner = ctx.label, libraries = depset(libraries))
    return [
        CcInfo(linking_context = cc_common.create_linking_context(linker_inputs = depset([linker_input]))),
        DefaultInfo(files = depset(ctx.files.library)),
    ]

_system_library = rule(
    implementation = _system_library_impl,
    doc = "A library of the system, as a dependency of C++ rules.",
    attrs = {"library": attr.label(mandatory = True)},
    fragments = ["cpp"],
    toolchains = use_cc_toolchain(),
)

# buildifier: disable=unnamed-macro
def named_libraries(packages, constraints, libraries):
    """Declares one target per library, `<library>`.

    Args:
      packages: Dict: platform → the package that has its libraries, `library.<library>`.
      constraints: Dict: platform → dict of `common` (constraint values) and `abis` (constraint values, any of which the
        platform may have).
      libraries: List of dicts of `platforms` and `names`, the libraries that these platforms have.
    """
    for platform, values in constraints.items():
        for index, abi in enumerate(values["abis"]):
            native.config_setting(
                name = "on_{}.{}".format(platform, index),
                constraint_values = values["common"] + [abi],
                visibility = ["//visibility:private"],
            )
    for library, platforms in [(library, group["platforms"]) for group in libraries for library in group["names"]]:
        for platform in packages:
            built_once(
                name = "{}.{}".format(platform, library),
                srcs = ["{}:library.{}".format(packages[platform], library)] if platform in platforms else [],
            )
        _system_library(
            name = library,
            library = select({
                "on_{}.{}".format(platform, index): ":{}.{}".format(platform, library)
                for platform in platforms
                for index in range(len(constraints[platform]["abis"]))
            }, no_match_error = "{}: the target platform has no such library. It exists for {}.".format(library, ", ".join(platforms))),
            tags = ["manual"],
        )
