"""The C++ runtime of a static platform, under names that Bazel takes for shared libraries.

Where linkstatic is False, as it is by default for cc_test, Bazel takes the C++ runtime from the toolchain's
`dynamic_runtime_lib`, and of that only what is called like a shared library. A static platform has archives alone. The
linker tells an archive by its content, whatever its name.
"""

load("//bzlmod/runtimes:on_request.bzl", "on_request")

visibility("//bzlmod/...")

def _static_runtime_for_tests_impl(ctx):
    links = []
    for archive in ctx.files.archives:
        link = ctx.actions.declare_file("{}/{}.so.0".format(ctx.label.name, archive.basename.removesuffix(".a")))
        ctx.actions.symlink(output = link, target_file = archive)
        links.append(link)
    return [DefaultInfo(files = depset(links))]

_static_runtime_for_tests = rule(
    implementation = _static_runtime_for_tests_impl,
    doc = "Links to archives, under names of shared libraries.",
    attrs = {"archives": attr.label(mandatory = True, doc = "The C++ runtime's archives.")},
)

static_runtime_for_tests = on_request(_static_runtime_for_tests)
