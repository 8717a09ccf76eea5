"""A compiler seed that is built from source.

It is built in one configuration, whether by itself, for a toolchain or for runtimes: behind a hop to the execution configuration, with
options that a transition sets, among them the flag `building`, which says what compiles it. How it is built, two flags say, `copts` and
`features`: what builds are given for their own targets, or for their tools, does not count.
"""

load("//bzlmod/bootstrap:backends.bzl", "backends_flag")
load("//bzlmod/crossenv:pack.bzl", "write_tar_zst")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "SeedInfo")

visibility(["//bootstrap", "//bzlmod/..."])

# What a stage is compiled with: the one before it, and the first with the prebuilt seed.
MAX_STAGES = 3

_STAGES = str(Label("//bootstrap:stages"))
_BUILDING = str(Label("//bootstrap:building"))
_COPTS = str(Label("//bootstrap:copts"))
_FEATURES = str(Label("//bootstrap:features"))

# All that a build for tools may differ in: what is in a configuration for runtimes stays there behind a hop.
_OPTIONS = {
    "//command_line_option:collect_code_coverage": False,
    "//command_line_option:compilation_mode": "opt",
    "//command_line_option:conlyopt": [],
    "//command_line_option:cxxopt": [],
    "//command_line_option:linkopt": [],
    "//command_line_option:per_file_copt": [],
    "//command_line_option:stamp": False,
    "//command_line_option:strip": "always",
}

def _next_stage_impl(settings, attr):
    outer = settings[_BUILDING]
    return _OPTIONS | {
        "//command_line_option:copt": settings[_COPTS],
        "//command_line_option:features": settings[_FEATURES],
        "//command_line_option:platforms": [attr.platform],
        _BUILDING: outer - 1 if outer else settings[_STAGES],
    }

# Bazel names an output directory after the options in which it differs from those of the command line. `building` always does, and
# `from_source` never, since nothing sets it: so a build that uses the compiler finds the one that was built by itself.
_next_stage = transition(
    implementation = _next_stage_impl,
    inputs = [_STAGES, _BUILDING, _COPTS, _FEATURES],
    outputs = _OPTIONS.keys() + [
        "//command_line_option:copt",
        "//command_line_option:features",
        "//command_line_option:platforms",
        _BUILDING,
    ],
)

def _stage_flag_impl(ctx):
    value = ctx.build_setting_value
    if value < ctx.attr.least or value > MAX_STAGES:
        fail("{}: {} is none of {} to {}.".format(ctx.label, value, ctx.attr.least, MAX_STAGES))
    return []

stage_flag = rule(
    implementation = _stage_flag_impl,
    doc = "A flag that is the number of a stage.",
    build_setting = config.int(flag = True),
    attrs = {"least": attr.int(mandatory = True, doc = "The lowest number.")},
)

def _flag_impl(_ctx):
    return []

bool_flag = rule(
    implementation = _flag_impl,
    doc = "A flag that is set or not.",
    build_setting = config.bool(flag = True),
)

words_flag = rule(
    implementation = _flag_impl,
    doc = "A flag with a list of words.",
    build_setting = config.string_list(flag = True, repeatable = True),
)

# What of a seed C++ toolchains take, as //bzlmod/seed:seed.BUILD.bazel.tpl has it.
SEED_PARTS = ["seed", "compiler", "resource_headers", "linker_files", "binary_tools"]

def _is_linker(name):
    return name.endswith("ld")

def _built_seed_impl(ctx):
    root = ctx.label.name
    suffix = ctx.attr.executable_suffix
    compiler = ctx.executable.compiler
    programs = {name: program[DefaultInfo].files_to_run.executable for program, name in ctx.attr.programs.items()}
    tools = {}
    for name in ctx.attr.tools + programs.keys():
        tools[name] = ctx.actions.declare_file("{}/bin/{}{}".format(root, name, suffix))
        ctx.actions.symlink(output = tools[name], target_file = programs.get(name, compiler), is_executable = True)
    resources = "lib/clang/{}".format(ctx.attr.major)
    headers = []
    for header in ctx.files.resource_headers:
        path = header.path.rpartition("/{}/".format(ctx.attr.resource_root))[2]
        headers.append(ctx.actions.declare_file("{}/{}/include/{}".format(root, resources, path)))
        ctx.actions.symlink(output = headers[-1], target_file = header)
    of = lambda matches: [file for name, file in tools.items() if matches(name)]
    seed = SeedInfo(
        executable_suffix = suffix,
        libraries = depset(),
        links = {name: "clang" for name in ctx.attr.tools if name != "clang"},
        os = ctx.attr.os,
        resource_directory = "{}/{}".format(tools["clang"].dirname.removesuffix("/bin"), resources),
        resource_headers = depset(headers),
        tools = tools,
    )
    return [
        seed,
        platform_common.ToolchainInfo(seed = seed),
        DefaultInfo(files = depset(tools.values() + headers)),
        OutputGroupInfo(
            binary_tools = of(lambda name: name.startswith("llvm-")),
            compiler = of(lambda name: name in ["clang", "clang++"]),
            linker_files = of(lambda name: name == "clang++" or _is_linker(name)),
            resource_headers = headers,
        ),
    ]

built_seed = rule(
    implementation = _built_seed_impl,
    doc = "The tools of a compiler seed, most of them the one program that is built, by the name that it is called by.",
    attrs = {
        "compiler": attr.label(mandatory = True, executable = True, cfg = _next_stage, doc = "The program."),
        "executable_suffix": attr.string(doc = "`.exe` on Windows, else empty."),
        "major": attr.string(mandatory = True, doc = "LLVM's major version."),
        "os": attr.string(mandatory = True, doc = "The operating system that it runs on, as @platforms//os spells it."),
        "platform": attr.string(mandatory = True, doc = "The platform that it is built for."),
        "programs": attr.label_keyed_string_dict(cfg = _next_stage, doc = "Tools that are programs of their own → their names."),
        "resource_headers": attr.label(mandatory = True, cfg = _next_stage, doc = "The compiler's own headers."),
        "resource_root": attr.string(mandatory = True, doc = "The folder of the sources that they are below."),
        "tools": attr.string_list(mandatory = True, doc = "Names of the tools that the compiler's program is."),
        # Transitions read the flag and do not check it.
        "_stages": attr.label(default = "//bootstrap:stages"),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)

def _missing_seed_impl(ctx):
    fail("{}: no compiler is built from source to run there, as //bootstrap:from_source asks for. docs/bootstrap.md says for which machines one is.".format(
        ctx.label.name.removesuffix(".built"),
    ))

missing_seed = rule(
    implementation = _missing_seed_impl,
    doc = "Stands for the seed of a machine for which the compiler is not built from source: fails, and says so.",
)

def _from_exec_impl(ctx):
    seed = ctx.attr.seed
    return [
        seed[SeedInfo],
        seed[platform_common.ToolchainInfo],
        seed[DefaultInfo],
        seed[OutputGroupInfo],
    ]

from_exec = rule(
    implementation = _from_exec_impl,
    doc = "A seed, as the execution configuration has it.",
    attrs = {"seed": attr.label(mandatory = True, providers = [SeedInfo], cfg = "exec", doc = "The seed.")},
)

def _seed_archive_impl(ctx):
    seed = ctx.attr.seed[SeedInfo]
    archive = ctx.actions.declare_file(ctx.label.name + ".tar.zst")
    own = [name for name in seed.tools if name not in seed.links]
    write_tar_zst(
        ctx,
        ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed,
        archive,
        files = {
            header.path[header.path.rindex("/lib/clang/") + 1:]: header
            for header in seed.resource_headers.to_list()
        } | {"LICENSE.TXT": ctx.file.license},
        executables = {"bin/" + name + seed.executable_suffix: seed.tools[name] for name in own},
        links = {"bin/" + name + seed.executable_suffix: own_name + seed.executable_suffix for name, own_name in seed.links.items()},
    )
    return [DefaultInfo(files = depset([archive]))]

seed_archive = rule(
    implementation = _seed_archive_impl,
    doc = "A compiler seed as the archive that a row of the manifest can name: the same bytes for the same seed.",
    attrs = {
        "license": attr.label(mandatory = True, allow_single_file = True, doc = "The license of all that is in it."),
        "seed": attr.label(mandatory = True, providers = [SeedInfo], doc = "The seed."),
    },
    toolchains = [SEED_TOOLCHAIN_TYPE],
)

# buildifier: disable=unnamed-macro
def declare_bootstrap(backends, hosts = {}, programs = {}):
    """Declares the flags of the compiler from source, and `seed`, that of the target platform's machine, with its archive.

    Args:
      backends: The LLVM targets that it can be built with.
      hosts: Dict: machine that it can be built for → constraint value of its CPU.
      programs: Dict: name → program that the build runs. Of all that there is to build they are the least.
    """
    public = ["//visibility:public"]
    bool_flag(name = "from_source", build_setting_default = False, visibility = public)
    words_flag(name = "copts", build_setting_default = [], visibility = public)
    words_flag(name = "features", build_setting_default = [], visibility = public)
    stage_flag(name = "stages", build_setting_default = 1, least = 1, visibility = public)

    # What is being built: the stage, or 0 for a user's build. Transitions alone set it.
    stage_flag(name = "building", build_setting_default = 0, least = 0, visibility = public)
    native.config_setting(name = "wanted", flag_values = {":building": "0", ":from_source": "True"})
    for stage in range(2, MAX_STAGES + 1):
        native.config_setting(name = "building_{}".format(stage), flag_values = {":building": str(stage)})
    backends_flag(name = "backends", build_setting_default = backends, known = backends, visibility = public)
    for backend in backends:
        native.config_setting(name = "has_" + backend, flag_values = {":backends": backend}, visibility = public)

    for name, program in programs.items():
        native.alias(name = name, actual = program, tags = ["manual"], visibility = public)
    for name in ["seed", "seed_archive"] if hosts else []:
        native.alias(
            name = name,
            actual = select(
                {cpu: host + name.removeprefix("seed") for host, cpu in hosts.items()},
                no_match_error = "the compiler can be built from source to run on: {}.".format(", ".join(hosts.keys())),
            ),
            tags = ["manual"],
            visibility = public,
        )

def choose_seed(name, prebuilt, compiler = None, platform = None, **kwargs):
    """Declares the parts of a compiler seed, `<name>.<part>`: those of the one that is built from source where it is asked for.

    Args:
      name: What the parts' names begin with.
      prebuilt: Repository of the prebuilt seed.
      compiler: What the one from source is made of: a dict of its `repository`, the `program` there, `major`, `resource_root`, `tools` and further `programs`. Where there is none, asking for a seed from source is an error.
      platform: The platform that it is built for.
      **kwargs: Further arguments of `built_seed`.
    """
    conditions = [":wanted"] + [":building_{}".format(stage) for stage in range(2, MAX_STAGES + 1)]
    if compiler:
        source = compiler["repository"] + "//:"
        built_seed(
            name = name + ".built",
            compiler = source + compiler["program"],
            major = compiler["major"],
            platform = str(Label(platform)),
            programs = {source + program: program for program in compiler["programs"]},
            resource_headers = source + "resource_headers",
            resource_root = compiler["resource_root"],
            tags = ["manual"],
            tools = compiler["tools"],
            visibility = ["//visibility:private"],
            **kwargs
        )
        from_exec(name = name, seed = name + ".built", tags = ["manual"], visibility = ["//visibility:public"])
        seed_archive(name = name + "_archive", license = source + "LICENSE.TXT", seed = name, tags = ["manual"], visibility = ["//visibility:public"])
    else:
        missing_seed(name = name + ".built", tags = ["manual"], visibility = ["//visibility:private"])
    for part in SEED_PARTS:
        actual = "{}//:{}".format(prebuilt, part)
        if not compiler:
            actual = select({":wanted": ":{}.built".format(name), "//conditions:default": actual})
        else:
            own = name
            if part != "seed":
                own = "{}.built_{}".format(name, part)
                native.filegroup(name = own, srcs = [name], output_group = part, tags = ["manual"])
            actual = select({condition: ":" + own for condition in conditions} | {"//conditions:default": actual})
        native.alias(
            name = "{}.{}".format(name, part),
            actual = actual,
            tags = ["manual"],
            visibility = ["//visibility:public"],
        )
