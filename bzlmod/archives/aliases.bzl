"""One repository that stands for many: a module that names each of a hundred archives would need a line for each."""

visibility("//bzlmod/...")

_ALIAS = """alias(
    name = {},
    actual = {},
)
"""

def _aliases_impl(rctx):
    rctx.file("BUILD.bazel", "\n".join(
        ["package(default_visibility = [\"//visibility:public\"])\n"] +
        [_ALIAS.format(repr(name), repr(label)) for name, label in rctx.attr.targets.items()],
    ), executable = False)

aliases = repository_rule(
    implementation = _aliases_impl,
    doc = """A repository of aliases to targets of other repositories of the same extension.

Loading its one package fetches none of them: a repository is fetched when the target that its alias stands for is built.""",
    attrs = {
        # As text: an attribute of labels would have Bazel resolve, and a repository rule's labels are fetched with it.
        "targets": attr.string_dict(doc = "Name of the alias → label, as the extension's repositories see it."),
    },
)
