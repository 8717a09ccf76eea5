"""A program for several CPUs in one file, of which macOS starts the part that is for its own."""

load("//bzlmod/macos:platforms.bzl", "MACOS_PLATFORMS")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "run_seed_tool")

# defs.bzl loads it.
visibility("public")

_PLATFORMS = "//command_line_option:platforms"

def _for_each_platform_impl(_settings, attr):
    return {str(platform): {_PLATFORMS: [str(platform)]} for platform in attr.platforms}

_for_each_platform = transition(
    implementation = _for_each_platform_impl,
    inputs = [],
    outputs = [_PLATFORMS],
)

def _macos_universal_binary_impl(ctx):
    binaries = ctx.split_attr.binary.values()
    files = []
    for binary in binaries:
        file = binary[DefaultInfo].files_to_run.executable
        if not file:
            fail("{}: {} is no program; `binary` names a cc_binary or a rule like it.".format(ctx.label, binary.label))
        files.append(file)
    if not files:
        fail("{}: platforms is empty; it names one for each CPU.".format(ctx.label))
    output = ctx.actions.declare_file(ctx.label.name)
    args = ctx.actions.args()
    args.add("-create")
    args.add("-output", output)
    args.add_all(files)
    run_seed_tool(
        ctx,
        ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed,
        "llvm-lipo",
        arguments = [args],
        inputs = files,
        outputs = [output],
        mnemonic = "UniversalBinary",
        progress_message = "Putting together %{output}",
    )
    runfiles = ctx.runfiles().merge_all([binary[DefaultInfo].default_runfiles for binary in binaries])
    return [DefaultInfo(executable = output, files = depset([output]), runfiles = runfiles)]

macos_universal_binary = rule(
    implementation = _macos_universal_binary_impl,
    doc = """A program of macOS for both CPUs in one file, whatever platform the build is for.

    cc_binary(name = "tool", srcs = ["tool.c"])

    macos_universal_binary(name = "universal_tool", binary = ":tool")

Each part is built for a platform of its own and stays as it was linked, its signature included. Options such as `--macos_minimum_os` hold for all of them.
The shared libraries of a `dynamic_deps` are not put together: a program that others get has its libraries in it.""",
    attrs = {
        "binary": attr.label(mandatory = True, cfg = _for_each_platform, doc = "The program, as cc_binary makes it."),
        "platforms": attr.label_list(
            default = MACOS_PLATFORMS,
            doc = "The platforms that it is built for, one for each CPU; by default macOS' own, at their oldest system.",
        ),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
    executable = True,
    toolchains = [SEED_TOOLCHAIN_TYPE],
)
