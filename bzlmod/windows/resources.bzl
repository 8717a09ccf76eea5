"""Windows' resources: icons, version information, strings, dialogs, manifests, compiled into what a program links.

    load("@xllvm//:defs.bzl", "windows_resources")

    windows_resources(
        name = "resources",
        srcs = ["program.rc"],
        data = ["program.ico"],
    )

    cc_binary(
        name = "program",
        srcs = ["program.c"],
        deps = [":resources"],
    )
"""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:find_cc_toolchain.bzl", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "run_seed_tool", "seed_tool")
load("//bzlmod/toolchain:configured.bzl", "configured_toolchain")

visibility("public")

def _preprocessor_arguments(ctx, cc_toolchain, features):
    """The compiler's arguments for the target, as C sources have them."""
    variables = cc_common.create_compile_variables(
        cc_toolchain = cc_toolchain,
        feature_configuration = features,
        user_compile_flags = ["-D" + define for define in ctx.attr.defines],
        include_directories = depset([file.dirname for file in ctx.files.srcs + ctx.files.data]),
    )
    return cc_common.get_memory_inefficient_command_line(
        action_name = ACTION_NAMES.c_compile,
        feature_configuration = features,
        variables = variables,
    )

def _compile(ctx, cc_toolchain, source, arguments):
    seed = ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed
    clang = seed_tool(seed, "clang")
    output = ctx.actions.declare_file("_resources/{}/{}.o".format(ctx.label.name, source.basename))
    args = ctx.actions.args()
    args.add("--target=" + cc_toolchain.target_gnu_system_name.split("-")[0] + "-w64-mingw32")
    args.add(clang, format = "--preprocessor=%s")
    args.add_all(["-E", "-xc", "-DRC_INVOKED"] + arguments, format_each = "--preprocessor-arg=%s")
    args.add_all([file.dirname for file in ctx.files.srcs + ctx.files.data], before_each = "--include-dir", uniquify = True)
    args.add_all(["--output-format=coff", "-i"])
    args.add(source)
    args.add("-o", output)
    run_seed_tool(
        ctx,
        seed,
        "llvm-windres",
        arguments = [args],
        inputs = depset(ctx.files.srcs + ctx.files.data, transitive = [cc_toolchain.all_files]),
        tools = [clang],
        outputs = [output],
        mnemonic = "CompileResources",
        progress_message = "Compiling resources %{input}",
    )
    return output

def _windows_resources_impl(ctx):
    if not ctx.target_platform_has_constraint(ctx.attr._windows[platform_common.ConstraintValueInfo]):
        return [CcInfo()]
    cc_toolchain, features = configured_toolchain(ctx)
    arguments = _preprocessor_arguments(ctx, cc_toolchain, features)
    objects = depset([_compile(ctx, cc_toolchain, source, arguments) for source in ctx.files.srcs])

    # Nothing refers to resources: only a library that is linked as a whole brings them along.
    linking_context, _ = cc_common.create_linking_context_from_compilation_outputs(
        actions = ctx.actions,
        name = ctx.label.name,
        alwayslink = True,
        cc_toolchain = cc_toolchain,
        compilation_outputs = cc_common.create_compilation_outputs(objects = objects, pic_objects = objects),
        disallow_dynamic_library = True,
        feature_configuration = features,
    )
    return [
        CcInfo(linking_context = linking_context),
        DefaultInfo(files = objects),
    ]

windows_resources = rule(
    implementation = _windows_resources_impl,
    doc = "Compiles resource scripts with llvm-windres. A dependency of C++ rules; an empty one where the target is not Windows.",
    attrs = {
        "data": attr.label_list(allow_files = True, doc = "What the scripts name: icons, manifests, headers."),
        "defines": attr.string_list(doc = "Macros: `NAME` or `NAME=VALUE`."),
        "srcs": attr.label_list(allow_files = [".rc"], mandatory = True, doc = "Resource scripts."),
        "_windows": attr.label(default = "@platforms//os:windows"),
    },
    fragments = ["cpp"],
    toolchains = use_cc_toolchain() + [SEED_TOOLCHAIN_TYPE],
)
