"""What tells toolchains of the libraries that a user adds to their links; see libraries.bzl."""

visibility("//bzlmod/...")

LinkedLibrariesInfo = provider(
    doc = "Libraries for every platform that has them.",
    fields = {"files": "Dict: platform, and the version of LLVM where it is not the default → list of Files."},
)

def _platform_libraries_impl(ctx):
    return [DefaultInfo(files = depset(ctx.attr.libraries[LinkedLibrariesInfo].files.get(ctx.attr.platform, [])))]

platform_libraries = rule(
    implementation = _platform_libraries_impl,
    doc = "Of linked libraries, those of one platform. Not selected by the configuration: a toolchain's files are not built in the target's.",
    attrs = {
        "libraries": attr.label(providers = [LinkedLibrariesInfo]),
        "platform": attr.string(mandatory = True),
    },
)
