"""Libraries that links find by -l besides those that they always find, for code that says -l<library> itself.

    load("@xllvm//:defs.bzl", "linked_libraries")

    linked_libraries(
        name = "libraries",
        libraries = ["d3d12", "dinput8"],
    )

    bazel build --@xllvm//windows/linked:libraries=//:libraries //app

Code of one's own depends on @xllvm//windows:<library>; that needs no option.
"""

load("//bzlmod/runtimes:llvm_versions.bzl", "with_llvm_version")
load("//bzlmod/windows:linked.bzl", "LinkedLibrariesInfo")
load("//toolchains:llvm_versions.bzl", "LLVM_VERSIONS")
load("//windows:platforms.bzl", "PLATFORMS")

visibility("public")

def _linked_libraries_impl(ctx):
    files = {}
    for target, platform in ctx.attr.libraries.items():
        files.setdefault(platform, []).extend(target[DefaultInfo].files.to_list())
    return [LinkedLibrariesInfo(files = files)]

_linked_libraries = rule(
    implementation = _linked_libraries_impl,
    doc = "Names libraries to all links.",
    attrs = {"libraries": attr.label_keyed_string_dict(doc = "A platform's library → the platform, and the version of LLVM where it is not the default.")},
)

def linked_libraries(name, libraries, **kwargs):
    """Names libraries that all links find by `-l`, besides those that they always find.

    The flag `--@xllvm//windows/linked:libraries=` takes the target. Code of one's own depends on
    `@xllvm//windows:<library>`, and needs neither.

    Args:
      name: Name of the target.
      libraries: List of libraries, as -l names them.
      **kwargs: Common attributes.
    """
    _linked_libraries(
        name = name,
        libraries = {
            str(Label("//windows:{}.{}".format(with_llvm_version(platform, version), library))): with_llvm_version(platform, version)
            for platform in PLATFORMS
            for version in LLVM_VERSIONS
            for library in libraries
        },
        **kwargs
    )
