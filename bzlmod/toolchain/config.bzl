"""The configuration of one C++ toolchain: a compiler seed aimed at a target.

It is one rule, and not made of rules_cc's pieces (cc_tool_map, cc_args, cc_feature), for three reasons:

- What programs and DLLs are called (.exe, .wasm, .if.lib) has no such piece before rules_cc 0.2 (cc/toolchains/artifacts.bzl),
  and the module serves 0.0.11 and later.
- What refuses a feature with a sentence, see refused.bzl, is a symbol that two features provide; cc_feature makes symbols of
  labels alone (cc/toolchains/impl/legacy_converter.bzl, `mutex.name`), in which no sentence can stand.
- Each argument and feature would be a target of its own. With 45 of each, which is what a platform has here, the analysis of a C program
  configured 514 targets in place of 274, for a fifth more of the server's processor time (medians of five, in turns).

Users' own arguments need none of it: extra_arguments.bzl.
"""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "action_config", "artifact_name_pattern", "feature", "tool", "tool_path")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/toolchains:cc_toolchain_config_info.bzl", "CcToolchainConfigInfo")
load("//bzlmod/instrumentation:asked.bzl", "InstrumentationInfo")
load("//bzlmod/runtimes:include_dirs.bzl", "IncludeDirsInfo", "include_flags")
load("//bzlmod/runtimes:tree.bzl", "tree_of")
load("//bzlmod/seed:seed.bzl", "SeedInfo", "seed_tool")
load(
    "//bzlmod/toolchain:actions.bzl",
    "CODE_GENERATION",
    "COMPILE",
    "CXX_COMPILE",
    "C_COMPILE",
    "LINK",
    "LINK_EXECUTABLE",
    "LINK_SHARED",
    "OBJECTIVE_C",
)
load("//bzlmod/toolchain:dynamic_mode_runtime.bzl", "STAND_INS")
load("//bzlmod/toolchain:extra_arguments.bzl", "ExtraArgumentsInfo", "is_exec_configuration")
load(
    "//bzlmod/toolchain:features.bzl",
    "check_features",
    "compile_features_after_target",
    "compile_features_before_target",
    "coverage_features",
    "environment_feature",
    "lto_features",
    "marker_features",
    "profile_features",
)
load("//bzlmod/toolchain:flag_sets.bzl", "flag_sets_feature", "flags_feature")
load("//bzlmod/toolchain:flags.bzl", "base_flags", "compile_flags", "executable_flags", "link_flags")
load("//bzlmod/toolchain:link_features.bzl", "archive_features", "link_features_after_target", "link_features_before_target", "opt_link_features", "strip_features")
load("//bzlmod/toolchain:linkers.bzl", "OBJECTS_ALONE", "linker_for", "no_links")
load("//bzlmod/toolchain:minimum_os.bzl", "MinimumOsInfo", "minimum_os_flags")
load("//bzlmod/toolchain:refused.bzl", "check_command_line", "refused_features")
load("//bzlmod/toolchain:target_attrs.bzl", "TARGET_ATTRS")
load("//bzlmod/toolchain:user_features.bzl", "user_features")

visibility("//bzlmod/...")

def _system_includes(targets):
    return [flag for target in targets for flag in include_flags(target[IncludeDirsInfo])]

def _search_flags(ctx, linker):
    """Where links find start files, libraries and builtins: folders, which are strings here.

    So these links can't be path-mapped, and the feature disable_cpp_link_path_mapping says so to a rules_cc that would. A
    feature's flags know files by the names of Bazel's variables alone, and no variable of a link is a file of ours; a
    configuration file or response file would have to be named by a string just the same. Bazel 9.1 and later
    recognize a path in a flag that is written `%{path:…}`, which Bazel 7 and 8 take for an unknown variable.
    """
    if not ctx.files.link_files:
        return []
    tree = tree_of(ctx.files.link_files)
    folders = ["lib", STAND_INS] if ctx.attr.cxx_includes else ["lib"]
    flags = ["-B{}/lib".format(tree)] + ["-L{}/{}".format(tree, folder) for folder in folders] + ["-resource-dir", tree + "/resource"]

    # Libraries that a user names are those for the oldest CPU: of another micro-architecture, not all would be built alike.
    others = tree_of(ctx.files.linked_libraries) if ctx.files.linked_libraries else tree
    flags += ["-L{}/lib".format(others)] if others != tree else []
    return flags + ["{}{}/sysroot".format(flag, tree) for flag in linker.sysroot]

def _shared_libraries(ctx):
    """Link flags of shared libraries; where the target can't have any, an argument that makes clang say so.

    cc_shared_library is refused when it is analysed, see refused.bzl. Of a cc_binary with linkshared nothing tells a
    toolchain before the link.
    """
    if ctx.attr.link_mode in ["dynamic", OBJECTS_ALONE]:
        return []
    return ["--no-shared-libraries-on-{}:-it-links-statically".format(ctx.attr.platform_name)]

def _executables(ctx, mode):
    """Link flags of executables.

    clang makes position-independent executables by itself, and -pie is only said. rules_go takes it away, since Go's code
    is for fixed addresses unless it is told otherwise; and then says -pie itself. So without it, clang must not make one.
    """
    flags = executable_flags(mode, ctx.attr)
    return (["--config=" + ctx.file._no_pie.path] if "-pie" in flags else []) + flags

def _extra_arguments(ctx):
    """The user's arguments, as an ExtraArgumentsInfo."""
    if is_exec_configuration(ctx):
        return ExtraArgumentsInfo(conlyopts = [], copts = [], cxxopts = [], linkopts = [])
    return ctx.attr._extra_arguments[ExtraArgumentsInfo]

# Links are made by clang++, which adds the part of an instrumentation's runtime that needs the C++ runtime; what is without needs an
# unwinder all the same.
_INSTRUMENTED_C = ["-fno-sanitize-link-c++-runtime", "-lgcc_eh"]

def _features(ctx, seed):
    linker = linker_for(ctx.attr)
    mode = linker.modes[ctx.attr.link_mode]
    dynamic = ctx.attr.link_mode == "dynamic"
    extra = _extra_arguments(ctx)
    instrumentation = ctx.attr._instrumentation[InstrumentationInfo]
    base = base_flags(ctx.attr, "/dev/null") + minimum_os_flags(ctx.attr) + ["-no-canonical-prefixes"]
    compile = base + ["-nostdlibinc", "-resource-dir", seed.resource_directory] + compile_flags(ctx.attr)
    cxx_includes = ["-nostdinc++"] + _system_includes(ctx.attr.cxx_includes)
    c_includes = _system_includes(ctx.attr.c_includes)
    link = base + _search_flags(ctx, linker) + link_flags(ctx.attr, linker, seed_tool(seed, linker.tool).path)

    # A command of a user's may compile, or link, or both. The driver knows one resource directory, where it looks for
    # builtins; the compiler's own headers are named besides.
    both = (["-Wno-unused-command-line-argument"] + compile + mode.compile + c_includes + ["-isystem", seed.resource_directory + "/include"] +
            link + _executables(ctx, mode) + ctx.attr.link_flags + extra.copts + extra.linkopts)

    return [
        feature(name = "no_legacy_features"),
        environment_feature(linker.environment),
        feature(name = "supports_pic", enabled = linker.supports_pic),
        feature(name = "supports_start_end_lib", enabled = linker.start_end_lib),
        feature(name = "supports_dynamic_linker", enabled = dynamic),
        feature(name = "disable_cpp_link_path_mapping", enabled = True),
        # C++ links carry the C++ runtime. `features = ["-cxx"]`, on a target, a package or a repository of C sources,
        # or `--features=-cxx`, leaves it out, and then it is not built at all.
        feature(name = "cxx", enabled = True),
        flags_feature("static_link_cpp_runtimes", [], [], requires = ["cxx"]),
    ] + [feature(name = name, enabled = True) for name in linker.features] + [
        flag_sets_feature(choice.name, {tuple(COMPILE): choice.compile, tuple(LINK): choice.link}, enabled = False)
        for choice in linker.optional_features
    ] + [
        flags_feature("target_compile", CODE_GENERATION, compile),
        flags_feature("link_mode_compile", CODE_GENERATION, mode.compile),
    ] + compile_features_before_target(linker, user_features(ctx.attr.platform_name, ctx.attr.link_mode, instrumentation), {
        tuple(COMPILE): extra.copts,
        (ACTION_NAMES.c_compile,): extra.conlyopts,
        tuple(CXX_COMPILE): extra.cxxopts,
    }) + [
        # The C++ library comes before libc, whose headers it wraps through #include_next.
        flags_feature("cxx_headers", CXX_COMPILE, cxx_includes, unless = ["parse_headers_as_c"]),
        flags_feature("c_headers", COMPILE, c_includes),
    ] + coverage_features() + profile_features() + compile_features_after_target() + lto_features() + check_features(not ctx.attr.path_mapping, linker.fatal_warnings) + marker_features(linker.supports_pic) + archive_features() + [
        flags_feature("target_link", LINK, link),
        flags_feature("instrumented_c_link", LINK, _INSTRUMENTED_C if instrumentation.features else [], unless = ["cxx"]),
        flags_feature("link_mode", LINK_EXECUTABLE, _executables(ctx, mode)),
        flags_feature("shared_libraries", LINK_SHARED, _shared_libraries(ctx)),
        # Of rules that link by themselves. cc_binary and its like are refused when they are analysed, see refused.bzl.
        flags_feature("no_links", LINK, ["--" + no_links(ctx.attr)] if no_links(ctx.attr) else []),
    ] + link_features_before_target(linker, extra.linkopts) + opt_link_features(linker.gc_sections) + [
        flags_feature("target_libraries", LINK, ctx.attr.link_flags),
        # Of compilation, what a shell leaves as it is.
        flags_feature("make_variable", [ACTION_NAMES.cc_flags_make_variable], [flag for flag in both if "\"" not in flag]),
    ] + link_features_after_target() + strip_features() + refused_features(ctx.attr, instrumentation)

def _action_configs(seed, linker):
    tools = {action: "clang" for action in C_COMPILE + [ACTION_NAMES.lto_backend]}
    tools |= {action: "clang++" for action in CXX_COMPILE + LINK}
    tools |= {
        ACTION_NAMES.cpp_link_static_library: "llvm-ar",
        ACTION_NAMES.objcopy_embed_data: "llvm-objcopy",
        ACTION_NAMES.strip: "llvm-strip",
    }
    return [
        action_config(action_name = action, enabled = True, tools = [tool(tool = seed_tool(seed, name))])
        for action, name in tools.items()
        # objc_library takes a toolchain that has these for one that has frameworks.
        if linker.objective_c or action not in OBJECTIVE_C
    ]

# What Bazel wants paths of where it is told any. What is called that has an action's configuration does not matter.
_TOOL_PATHS = {
    "ar": "llvm-ar",
    "cpp": "clang",
    "gcc": "clang",
    "ld": "ld.lld",
    "nm": "llvm-nm",
    "objdump": "llvm-objdump",
    "strip": "llvm-strip",
}

# What Bazel finds by a path alone, in Bazel 7 as in rules_cc: cc_binary's index of debug information, and what is run after a test for coverage. Not every seed has them.
_BY_PATH_ALONE = {
    "dwp": "llvm-dwp",
    "llvm-cov": "llvm-cov",
    "llvm-profdata": "llvm-profdata",
}

def _tool_paths(seed, llvm_coverage):
    """Paths of tools.

    A relative one may not lead out of the toolchain's package. An absolute one may be anything, and on Linux there is one that
    leads to the folder that an action is run in, whichever that is.

    Args:
      seed: A SeedInfo.
      llvm_coverage: Whether tests write profiles of LLVM's form. What Bazel calls gcov is then llvm-profdata; else it is started by the name gcov, by which
        llvm-cov is that.
    """
    gcov = {"gcov": "llvm-profdata" if llvm_coverage else "llvm-cov"}
    further = {name: tool for name, tool in (_BY_PATH_ALONE | gcov).items() if tool in seed.tools}
    if seed.os != "linux" or not further:
        return []
    return [
        tool_path(name = name, path = "/proc/self/cwd/" + seed_tool(seed, tool).path)
        for name, tool in (_TOOL_PATHS | further).items()
    ]

def _check_coverage(seed):
    """Fails where Bazel would find nothing that makes a report: its script says so in a test's log, and goes on."""
    if seed.os != "linux":
        fail("coverage: Bazel finds llvm-cov by a path alone, and on hosts of {} there is none that fits. Hosts of Linux have one. `--features=-coverage` builds without.".format(seed.os))
    for name in ["llvm-cov", "llvm-profdata"]:
        seed_tool(seed, name)

def _toolchain_config_impl(ctx):
    check_command_line(ctx)
    seed = ctx.attr.seed[SeedInfo]
    if ctx.attr.path_mapping and seed.resource_directory.startswith("bazel-out/"):
        fail("the compiler from source has headers whose place is spelled in flags, which --experimental_output_paths=strip does not map. Leave out one of the two.")
    if "coverage" in ctx.attr._instrumentation[InstrumentationInfo].features:
        _check_coverage(seed)
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        abi_libc_version = ctx.attr.libc,
        abi_version = ctx.attr.libc,
        action_configs = _action_configs(seed, linker_for(ctx.attr)),
        artifact_name_patterns = [
            artifact_name_pattern(category_name = name.category, prefix = name.prefix, extension = name.extension)
            for name in linker_for(ctx.attr).artifact_names
        ],
        compiler = "clang",
        cxx_builtin_include_directories = [],
        features = _features(ctx, seed),
        target_cpu = ctx.attr.cpu,
        target_libc = ctx.attr.libc,
        target_system_name = ctx.attr.triple,
        tool_paths = _tool_paths(seed, ctx.attr.llvm_coverage),
        toolchain_identifier = ctx.label.package.split("/")[-1] + "." + ctx.label.name,
    )

toolchain_config = rule(
    implementation = _toolchain_config_impl,
    doc = "Configures a compiler seed for a target.",
    attrs = TARGET_ATTRS | {
        "dynamic_platform": attr.string(doc = "For messages: the platform of the same machine whose programs are dynamic, where there is one."),
        "fission": attr.bool(doc = "Whether --fission asks for debug information apart from objects."),
        "link_files": attr.label(doc = "Start files, archives and resource directory that every link reads."),
        "linked_libraries": attr.label_list(doc = "Further libraries that links find by -l."),
        "llvm_coverage": attr.bool(doc = "Whether --experimental_use_llvm_covmap has coverage counted in LLVM's form."),
        "minimum_os": attr.label(providers = [MinimumOsInfo], doc = "Which oldest release of its system the build asks for, of a system whose programs say it."),
        "minimum_os_flag": attr.string(doc = "The flag that says one, without it."),
        "oldest_os": attr.string(doc = "The oldest that there can be."),
        "path_mapping": attr.bool(doc = "Whether --experimental_output_paths has Bazel map paths of outputs."),
        "seed": attr.label(mandatory = True, providers = [SeedInfo], doc = "The compiler seed of the host."),
        "_instrumentation": attr.label(default = "//bzlmod/instrumentation:asked", providers = [InstrumentationInfo]),
        "_extra_arguments": attr.label(default = "//:extra_arguments", providers = [ExtraArgumentsInfo]),
        "_no_pie": attr.label(default = "//bzlmod/toolchain:no_pie.cfg", allow_single_file = True),
    },
    provides = [CcToolchainConfigInfo],
)
