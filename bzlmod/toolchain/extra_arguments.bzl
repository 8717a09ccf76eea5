"""Arguments that users add to what the toolchains pass, for all platforms or some."""

# defs.bzl loads it.
visibility("public")

ExtraArgumentsInfo = provider(
    doc = "Arguments for the target configuration's compilations and links.",
    fields = {
        "conlyopts": "List of strings: of C.",
        "copts": "List of strings: of C, C++ and assembly that is preprocessed.",
        "cxxopts": "List of strings: of C++.",
        "linkopts": "List of strings: of links.",
    },
)

_LISTS = ["conlyopts", "copts", "cxxopts", "linkopts"]

def _extra_arguments_impl(ctx):
    lists = {name: getattr(ctx.attr, name) for name in _LISTS}
    for name, arguments in lists.items():
        if "" in arguments:
            fail("{}: {} has an empty argument, which clang would take for a file; leave it out.".format(ctx.label, name))
    return [ExtraArgumentsInfo(**lists)]

extra_arguments = rule(
    implementation = _extra_arguments_impl,
    doc = """Arguments that the toolchain passes besides its own, where the flag `--@xllvm//:extra_arguments=` names the target.

They come after the toolchain's own arguments and before those of `--copt` and `--linkopt`, of targets and of packages, which
therefore win. Tools that run in the build and the runtimes do not get them. docs/extra-arguments.md tells more.

    extra_arguments(
        name = "arguments",
        copts = ["-fno-omit-frame-pointer"] + select({
            "@platforms//cpu:aarch64": ["-mcpu=neoverse-n1"],
            "//conditions:default": [],
        }),
    )""",
    attrs = {
        "conlyopts": attr.string_list(doc = "Of compilations of C, after `copts`."),
        "copts": attr.string_list(doc = "Of all compilations: C, C++ and assembly."),
        "cxxopts": attr.string_list(doc = "Of compilations of C++, after `copts`."),
        "linkopts": attr.string_list(doc = "Of links, before the target's own `linkopts`."),
    },
)

def is_exec_configuration(ctx):
    """Whether a rule is configured for a tool that runs in the build.

    The flag is a Starlark one, which Bazel hands on from the target's configuration up to its release 9, and Starlark is told
    by the name of the folder of outputs alone: `<CPU or platform>-<mode>-exec`, with more behind it.

    Args:
      ctx: The rule's context.
    """
    return "-{}-exec".format(ctx.var["COMPILATION_MODE"]) in ctx.bin_dir.path.split("/")[1]
