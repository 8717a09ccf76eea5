"""The labels by which users ask for a library of the target's system."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//bzlmod/runtimes:built_once.bzl", "built_once")
load("//bzlmod/runtimes:llvm_versions.bzl", "DEFAULT_LLVM", "with_llvm_version")
load("//bzlmod/toolchain:configured.bzl", "configured_toolchain")
load("//toolchains:llvm_versions.bzl", "LLVM_VERSIONS")

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

def _condition(platform, index, version):
    return with_llvm_version("on_{}.{}".format(platform, index), version)

def _library(platform, library, version):
    return "{}.{}".format(with_llvm_version(platform, version), library)

# buildifier: disable=unnamed-macro
def named_libraries(packages, constraints, libraries):
    """Declares one target per library, `<library>`.

    Args:
      packages: Dict: platform → the package that has its libraries, `library.<library>`, at the default version of LLVM.
      constraints: Dict: platform → dict of `common` (constraint values) and `abis` (constraint values, any of which the
        platform may have).
      libraries: List of dicts of `platforms` and `names`, the libraries that these platforms have.
    """
    for platform, values in constraints.items():
        for index, abi in enumerate(values["abis"]):
            for version in LLVM_VERSIONS:
                # One that says more wins over the default's, which says nothing.
                asked = [] if version == DEFAULT_LLVM else ["//constraints/llvm:" + version]
                native.config_setting(
                    name = _condition(platform, index, version),
                    constraint_values = values["common"] + [abi] + asked,
                    visibility = ["//visibility:private"],
                )
    for library, platforms in [(library, group["platforms"]) for group in libraries for library in group["names"]]:
        for platform in packages:
            for version in LLVM_VERSIONS:
                package = with_llvm_version(packages[platform], version)
                built_once(
                    name = _library(platform, library, version),
                    srcs = ["{}:library.{}".format(package, library)] if platform in platforms else [],
                    llvm = version,
                )
        _system_library(
            name = library,
            library = select({
                _condition(platform, index, version): ":" + _library(platform, library, version)
                for version in LLVM_VERSIONS
                for platform in platforms
                for index in range(len(constraints[platform]["abis"]))
            }, no_match_error = "{}: the target platform has no such library. It exists for {}.".format(library, ", ".join(platforms))),
            tags = ["manual"],
        )
