"""Debug information of a program of macOS in a bundle of its own, as debuggers and crash reporters look for it."""

load("//bzlmod/macos:platforms.bzl", "MACOS_PLATFORMS")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "run_seed_tool")

# defs.bzl loads it.
visibility("public")

_LinkInfo = provider(
    doc = "What a program, or a shared library, is linked of.",
    fields = {
        "linked": "File: what the link makes.",
        "objects": "List of Files: objects and archives.",
    },
)

def _link_impl(target, _ctx):
    for action in target.actions:
        if action.mnemonic == "CppLink":
            objects = [file for file in action.inputs.to_list() if file.extension in ["a", "lo", "o"]]
            return [_LinkInfo(linked = action.outputs.to_list()[0], objects = objects)]
    return []

_link = aspect(
    implementation = _link_impl,
    doc = "Finds the link of a program.",
)

def _macos_dsym_impl(ctx):
    if not ctx.target_platform_has_constraint(ctx.attr._macos[platform_common.ConstraintValueInfo]):
        fail("{}: a dSYM bundle is of a program for macOS. Build it for {}.".format(ctx.label, " or ".join([str(platform) for platform in MACOS_PLATFORMS])))
    if _LinkInfo not in ctx.attr.binary:
        fail("{}: {} is linked of nothing; `binary` names a cc_binary, a cc_test or a cc_shared_library.".format(ctx.label, ctx.attr.binary.label))
    link = ctx.attr.binary[_LinkInfo]
    bundle = ctx.actions.declare_directory("{}/{}.dSYM".format(ctx.label.name, link.linked.basename))
    args = ctx.actions.args()
    args.add(link.linked)
    args.add_all("-o", [bundle], expand_directories = False)
    run_seed_tool(
        ctx,
        ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed,
        "dsymutil",
        arguments = [args],
        inputs = [link.linked] + link.objects,
        outputs = [bundle],
        mnemonic = "MacosDsym",
        progress_message = "Collecting debug information of %{input}",
    )
    return [DefaultInfo(files = depset([bundle]))]

macos_dsym = rule(
    implementation = _macos_dsym_impl,
    doc = """A dSYM bundle: the debug information of a program, or of a shared library, for macOS, which else stays in the objects.

    cc_binary(name = "tool", srcs = ["tool.c"])

    macos_dsym(name = "tool_symbols", binary = ":tool")

`bazel build -c dbg --platforms=@xllvm//platforms:macos_arm64 //:tool_symbols` makes `tool_symbols/tool.dSYM`. There is in it what the objects have: with `-c dbg`, or `--copt=-g`.""",
    attrs = {
        "binary": attr.label(mandatory = True, aspects = [_link], doc = "The program, as cc_binary makes it, or a cc_shared_library."),
        "_macos": attr.label(default = "@platforms//os:macos"),
    },
    toolchains = [SEED_TOOLCHAIN_TYPE],
)
