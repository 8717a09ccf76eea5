"""clang-tidy of what targets compile: an aspect that checks, and a rule that puts the fixes into the workspace.

clang-tidy is called as the compiler is, once for each source, by an action of its own: results come from the cache, and are of the
platform that is asked for.
"""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//bzlmod/compile_commands:compile_commands.bzl", "compilations")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "run_seed_tool", "seed_tool")
load("//bzlmod/toolchain:extra_arguments.bzl", "is_exec_configuration")

# defs.bzl loads it.
visibility("public")

ClangTidyInfo = provider(
    doc = "What clang-tidy has found in a target's sources, and in all that it depends on.",
    fields = {"fixes": "Depset of folders, each empty or with a file `fixes.yaml`."},
)

def _check(ctx, target, compilation, number, options):
    fixes = ctx.actions.declare_directory("_clang_tidy/{}/{}".format(ctx.label.name, number))
    args = ctx.actions.args()
    args.add("--quiet")
    args.add(ctx.file._config, format = "--config-file=%s")
    args.add_all(options)
    args.add_all([fixes], expand_directories = False, format_each = "--export-fixes=%s/fixes.yaml")
    args.add(compilation.source)
    args.add("--")
    args.add_all(compilation.arguments[1:])
    headers = target[CcInfo].compilation_context.headers if CcInfo in target else depset()
    run_seed_tool(
        ctx,
        ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed,
        "clang-tidy",
        arguments = [args],
        inputs = depset([ctx.file._config], transitive = [compilation.inputs, headers]),
        outputs = [fixes],
        mnemonic = "ClangTidy",
        progress_message = "Checking {} with clang-tidy".format(compilation.source),
    )
    return fixes

def _fixes_of_dependencies(ctx):
    found = []
    for name in dir(ctx.rule.attr):
        value = getattr(ctx.rule.attr, name)
        for entry in value if type(value) == "list" else [value]:
            if type(entry) == "Target" and ClangTidyInfo in entry:
                found.append(entry[ClangTidyInfo].fixes)
    return found

def _aspect(options, doc):
    """An aspect that checks the root module's sources, with further options of clang-tidy."""

    def implementation(target, ctx):
        # Sources of other modules are theirs to check, and those of the build's tools are checked where they are built for themselves.
        own = not ctx.label.workspace_root and not is_exec_configuration(ctx)
        compiled = compilations(target) if own else []
        fixes = [_check(ctx, target, compilation, number, options) for number, compilation in enumerate(compiled)]
        return [
            ClangTidyInfo(fixes = depset(fixes, transitive = _fixes_of_dependencies(ctx))),
            OutputGroupInfo(clang_tidy = depset(fixes)),
        ]

    return aspect(
        implementation = implementation,
        attr_aspects = ["*"],
        attrs = {"_config": attr.label(default = "//:clang_tidy_config", allow_single_file = True)},
        doc = doc,
        toolchains = [SEED_TOOLCHAIN_TYPE],
    )

clang_tidy = _aspect([], """Checks what targets compile with clang-tidy: `bazel build //... --aspects=@xllvm//:defs.bzl%clang_tidy --output_groups=clang_tidy`.

The checks are those of the file that `--@xllvm//:clang_tidy_config=//:.clang-tidy` names; which of its warnings fail the build, `WarningsAsErrors` there says.
The sources of the root module are checked, and not those of other modules.""")

_fixed = _aspect(["--warnings-as-errors=-*"], "As clang_tidy, but that no warning fails the build.")

def _clang_tidy_fixes_impl(ctx):
    seed = ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed
    apply = seed_tool(seed, "clang-apply-replacements")
    fixes = depset(transitive = [target[ClangTidyInfo].fixes for target in ctx.attr.targets])
    suffix = ".exe" if ctx.executable._apply_fixes.extension == "exe" else ""
    program = ctx.actions.declare_file(ctx.label.name + suffix)
    ctx.actions.symlink(output = program, target_file = ctx.executable._apply_fixes, is_executable = True)

    # Beside the program, which finds it by its own name.
    list = ctx.actions.declare_file(ctx.label.name + ".fixes")
    lines = ctx.actions.args()
    lines.set_param_file_format("multiline")
    lines.add(apply)
    lines.add_all(fixes, expand_directories = False)
    ctx.actions.write(list, lines)
    return [DefaultInfo(
        executable = program,
        files = depset([program, list]),
        runfiles = ctx.runfiles([list, apply], transitive_files = depset(transitive = [fixes, seed.libraries])),
    )]

clang_tidy_fixes = rule(
    implementation = _clang_tidy_fixes_impl,
    doc = """Puts clang-tidy's fixes into the workspace when it is run, by clang-apply-replacements.

    clang_tidy_fixes(
        name = "clang_tidy_fixes",
        targets = ["//app"],
    )

    bazel run //:clang_tidy_fixes --@xllvm//:clang_tidy_config=//:.clang-tidy

The fixes are for the sources of these targets, and of all that they depend on in the root module. No warning fails it.""",
    attrs = {
        "targets": attr.label_list(aspects = [_fixed], mandatory = True, doc = "Targets of any rules."),
        "_apply_fixes": attr.label(default = "//bzlmod/clang_tidy:apply_fixes", executable = True, cfg = "exec"),
    },
    executable = True,
    toolchains = [SEED_TOOLCHAIN_TYPE],
)
