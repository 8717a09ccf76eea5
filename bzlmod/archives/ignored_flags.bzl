"""The Starlark flags that modules say runtimes do not depend on, as a file that `built_once.bzl` can load."""

visibility("//bzlmod/archives")

def _ignored_flags_impl(rctx):
    rctx.file("BUILD.bazel", "", executable = False)
    rctx.file("flags.bzl", "IGNORED_FLAGS = {}\n".format(json.encode_indent(rctx.attr.flags, indent = "    ")), executable = False)

ignored_flags = repository_rule(
    implementation = _ignored_flags_impl,
    doc = "Writes down labels of Starlark flags: `IGNORED_FLAGS` in `flags.bzl`.",
    attrs = {"flags": attr.string_list(doc = "Canonical labels.")},
)
