"""The toolchain of a platform as Make variables, for genrules and for other rules' attributes.

    genrule(
        name = "object",
        srcs = ["one.c", "@xllvm//:make_variables"],
        outs = ["one.o"],
        cmd = "$(CC) $(CC_FLAGS) -c $(location one.c) -o $@",
        toolchains = ["@xllvm//:make_variables"],
    )

Bazel's own target for it, @bazel_tools//tools/cpp:current_cc_toolchain, looks for tools in the package of the toolchain, where those of
another repository can't be: up to Bazel 8 it takes $(CC), $(AR) and so on from tool paths (_compute_tool_paths in
cc_toolchain_provider_helper.bzl), which may not lead out of the package; those of _tool_paths in config.bzl are there on Linux alone. rules_cc takes most of them from the actions'
configurations since 0.2, as it is done here.
"""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:find_cc_toolchain.bzl", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "seed_tool")
load("//bzlmod/toolchain:configured.bzl", "configured_toolchain")

visibility(["//", "//bzlmod/..."])

# As Bazel's C++ toolchains name them.
_BY_ACTION = {
    "AR": ACTION_NAMES.cpp_link_static_library,
    "CC": ACTION_NAMES.c_compile,
    "CXX": ACTION_NAMES.cpp_compile,
    "LD": ACTION_NAMES.cpp_link_executable,
    "OBJCOPY": ACTION_NAMES.objcopy_embed_data,
    "STRIP": ACTION_NAMES.strip,
}

def _make_variables_impl(ctx):
    cc_toolchain, features = configured_toolchain(ctx)
    nm = seed_tool(ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed, "llvm-nm")
    flags = cc_common.get_memory_inefficient_command_line(
        action_name = ACTION_NAMES.cc_flags_make_variable,
        feature_configuration = features,
        variables = cc_common.empty_variables(),
    )
    variables = {
        name: cc_common.get_tool_for_action(action_name = action, feature_configuration = features)
        for name, action in _BY_ACTION.items()
    } | {
        "ABI": cc_toolchain.libc,
        "ABI_GLIBC_VERSION": cc_toolchain.libc,
        "CC_FLAGS": " ".join(flags),
        "C_COMPILER": cc_toolchain.compiler,
        "NM": nm.path,
        "TARGET_CPU": cc_toolchain.cpu,
        "TARGET_TRIPLE": cc_toolchain.target_gnu_system_name,
    }
    return [
        platform_common.TemplateVariableInfo(variables),
        DefaultInfo(files = depset([nm], transitive = [cc_toolchain.all_files])),
    ]

make_variables = rule(
    implementation = _make_variables_impl,
    doc = """Tools and flags of the target platform's toolchain: `$(CC)`, `$(CXX)`, `$(AR)`, `$(LD)`, `$(NM)`, `$(OBJCOPY)`, `$(STRIP)`,
`$(CC_FLAGS)` for C, `$(TARGET_CPU)`, `$(TARGET_TRIPLE)`, `$(ABI)`. Its files are the tools, headers and libraries.""",
    fragments = ["cpp"],
    toolchains = use_cc_toolchain() + [SEED_TOOLCHAIN_TYPE],
)
