"""The toolchain's features of compilations that are the same for every target: how Bazel's build variables become arguments.

Those of links are in link_features.bzl. Flags that tell one target from another are in config.bzl. Nothing here selects on a platform.
"""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load(
    "@rules_cc//cc:cc_toolchain_config_lib.bzl",
    "env_entry",
    "env_set",
    "feature",
    "feature_set",
    "flag_group",
    "flag_set",
    "with_feature_set",
)
load("//bzlmod/toolchain:actions.bzl", "CODE_GENERATION", "COMPILE", "INCLUDE", "LINK", "LTO_INDEX", "OBJECTIVE_C")
load("//bzlmod/toolchain:flag_sets.bzl", "arguments_feature", "each_value", "flag_sets_feature", "flags_feature", "once_if_set")

visibility("//bzlmod/toolchain")

_PARSE_HEADER = ACTION_NAMES.cpp_header_parsing

_COMPILE_TO_FILE = [action for action in COMPILE if action != _PARSE_HEADER]

def environment_feature(environment):
    """Returns a feature that says what variables the compiler and the linker see.

    Bazel before 9 hands its own PATH to what cc_* rules run, unless --incompatible_strict_action_env is given, and then no two
    machines share a cache. Nothing that is run looks at it, so it is what that option makes of it. LD_LIBRARY_PATH, where it is
    set, goes the same way, but no feature can take a variable away or make it empty.

    Args:
      environment: Dict: further variables and their values.
    """
    variables = {"PATH": "/bin:/usr/bin:/usr/local/bin"} | environment
    return feature(
        name = "fixed_environment",
        enabled = True,
        env_sets = [env_set(
            actions = CODE_GENERATION + LINK + [ACTION_NAMES.cpp_link_static_library, ACTION_NAMES.strip],
            env_entries = [env_entry(name, value) for name, value in variables.items()],
        )],
    )

# In the order in which Bazel puts their arguments on the command line.
def compile_features_before_target(linker, by_name, extra):
    """Returns the compile features whose arguments come before the target's include directories.

    Args:
      linker: A struct of what differs between linkers; see linkers.bzl.
      by_name: The features that users turn on by name, see user_features.bzl.
      extra: Dict: tuple of action names → the user's extra arguments, see extra_arguments.bzl.
    """
    return [
        arguments_feature("dependency_file", [
            once_if_set("dependency_file", ["-MD", "-MF", "%{dependency_file}"], COMPILE),
        ]),
        arguments_feature("pic", [
            once_if_set("pic", ["-fPIC"], CODE_GENERATION),
        ]),
        arguments_feature("preprocessor_defines", [
            each_value("preprocessor_defines", ["-D%{preprocessor_defines}"], COMPILE),
        ]),
        arguments_feature("includes", [
            each_value("includes", ["-include", "%{includes}"], COMPILE),
        ]),
        arguments_feature("include_paths", [
            each_value("quote_include_paths", ["-iquote", "%{quote_include_paths}"], COMPILE),
            each_value("include_paths", ["-I%{include_paths}"], COMPILE),
            each_value("system_include_paths", ["-isystem", "%{system_include_paths}"], COMPILE),
            each_value("external_include_paths", ["-isystem", "%{external_include_paths}"], COMPILE),
            each_value("framework_include_paths", ["-F%{framework_include_paths}"], COMPILE),
        ]),
        flag_sets_feature("opt", {
            tuple(CODE_GENERATION): ["-O2"] + linker.section_of_each,
            tuple(COMPILE): ["-DNDEBUG"],
        }, enabled = False),
        flags_feature("dbg", CODE_GENERATION, ["-O0", "-g"], enabled = False),
        flags_feature("fastbuild", COMPILE, [], enabled = False),
    ] + ([
        # With --fission: a .dwo file beside each object, whose name clang takes from the object's.
        feature(
            name = "per_object_debug_info",
            enabled = True,
            flag_sets = [once_if_set("per_object_debug_info_file", ["-g", "-gsplit-dwarf"], CODE_GENERATION)],
        ),
    ] if linker.fission else []) + by_name + [
        flag_sets_feature("extra_compile_arguments", extra),
        # Of objc_library: whether references are counted for the program.
        arguments_feature("reference_counting", [
            once_if_set("objc_arc", ["-fobjc-arc"], OBJECTIVE_C),
            once_if_set("no_objc_arc", ["-fno-objc-arc"], OBJECTIVE_C),
        ]),
        arguments_feature("user_compile_flags", [
            each_value("user_compile_flags", ["%{user_compile_flags}"], CODE_GENERATION),
        ]),
        arguments_feature("unfiltered_compile_flags", [
            each_value("unfiltered_compile_flags", ["%{unfiltered_compile_flags}"], COMPILE),
        ]),
    ]

def compile_features_after_target():
    """Returns the compile features whose arguments come last: what is compiled, and into what."""
    return [
        arguments_feature("compiler_output", [
            once_if_set("output_assembly_file", ["-S"], COMPILE),
            once_if_set("output_preprocess_file", ["-E"], COMPILE),
            once_if_set("source_file", ["-c", "%{source_file}"], _COMPILE_TO_FILE),
            once_if_set("output_file", ["-o", "%{output_file}"], _COMPILE_TO_FILE),
        ]),
        feature(name = "compiler_param_file"),
    ]

def coverage_features():
    """Returns the features by which Bazel says in what form coverage is counted. Whether it is, a row of features.yaml says.

    gcov's form, the default, has counters for basic blocks, and a file of notes beside each object, which says what lines they are of.
    LLVM's, by --experimental_use_llvm_covmap, counts what is in the source, and has the notes in the object.
    """
    requires = [feature_set(features = ["coverage"])]
    return [
        # Bazel waits for the file even where a target goes without `coverage`.
        arguments_feature("coverage_notes", [
            once_if_set("gcov_gcno_file", ["-ftest-coverage"], INCLUDE),
        ]),
        feature(
            name = "gcc_coverage_map_format",
            flag_sets = [
                once_if_set("gcov_gcno_file", ["-fprofile-arcs"], INCLUDE),
                flag_set(actions = LINK, flag_groups = [flag_group(flags = ["--coverage"])]),
            ],
            requires = requires,
        ),
        feature(
            name = "llvm_coverage_map_format",
            flag_sets = [
                flag_set(actions = INCLUDE, flag_groups = [flag_group(flags = ["-fprofile-instr-generate", "-fcoverage-mapping"])]),
                flag_set(actions = LINK, flag_groups = [flag_group(flags = ["-fprofile-instr-generate"])]),
            ],
            requires = requires,
        ),
    ]

def _when(name, variable, flags, actions):
    """Flags given where a feature is on and Bazel has the file or folder that it is about."""
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags, expand_if_available = variable)],
        with_features = [with_feature_set(features = [name])],
    )

# Of a function that no profile is there for, or another one since its source has changed, clang would warn, and -Werror end the build.
_PROFILE_MAY_LACK = ["-Wno-profile-instr-unprofiled", "-Wno-profile-instr-out-of-date", "-Wno-backend-plugin"]

def profile_features():
    """Returns the arguments by which profiles are written and used. Where each is, and what Bazel asks for it by, rows of features.yaml say.

    Bazel knows the paths: of the folder that a program writes its profile into, and of what llvm-profdata has made of a profile.
    """
    writes = INCLUDE + LINK
    return [arguments_feature("profiles", [
        _when("fdo_instrument", "fdo_instrument_path", ["-fprofile-generate=%{fdo_instrument_path}"], writes),
        _when("cs_fdo_instrument", "cs_fdo_instrument_path", ["-fcs-profile-generate=%{cs_fdo_instrument_path}"], writes + [ACTION_NAMES.lto_backend]),
        # With a context-sensitive one, Bazel merges both, and turns both features on.
        _when("fdo_optimize", "fdo_profile_path", ["-fprofile-use=%{fdo_profile_path}"] + _PROFILE_MAY_LACK, INCLUDE),
        _when("cs_fdo_optimize", "fdo_profile_path", ["-fprofile-use=%{fdo_profile_path}"], [ACTION_NAMES.lto_backend]),
        _when("autofdo", "fdo_profile_path", ["-fprofile-sample-use=%{fdo_profile_path}", "-Wno-backend-plugin"], INCLUDE),
        _when("propeller_optimize", "propeller_optimize_cc_path", ["-fbasic-block-sections=list=%{propeller_optimize_cc_path}"], CODE_GENERATION),
        _when("propeller_optimize", "propeller_optimize_ld_path", ["-Wl,--symbol-ordering-file=%{propeller_optimize_ld_path}", "-Wl,--no-warn-symbol-ordering"], LINK),
    ])]

def lto_features():
    """Returns the features by which a link's optimization is spread over actions, as Bazel does it where `thin_lto` is on.

    A compilation makes bitcode, and a summary of it. A link's index action reads the summaries and says what each object imports
    from others; then each object is optimized and compiled by an action of its own, and the link is one of machine code. Which
    flags ask for bitcode a row of features.yaml says; here are the variables, which Bazel sets where that row's feature is on.
    """
    backend = [ACTION_NAMES.lto_backend]
    return [arguments_feature("lto_variables", [
        once_if_set("lto_indexing_bitcode_file", ["-Xclang", "-fthin-link-bitcode=%{lto_indexing_bitcode_file}"], COMPILE),

        # The linker's own options, in the form `=value` where Bazel has one.
        once_if_set("thinlto_optional_params_file", ["-Wl,--thinlto-index-only%{thinlto_optional_params_file}", "-Wl,--thinlto-emit-imports-files"], LTO_INDEX),
        once_if_set("thinlto_prefix_replace", ["-Wl,--thinlto-prefix-replace=%{thinlto_prefix_replace}"], LTO_INDEX),
        once_if_set("thinlto_object_suffix_replace", ["-Wl,--thinlto-object-suffix-replace=%{thinlto_object_suffix_replace}"], LTO_INDEX),
        once_if_set("thinlto_merged_object_file", ["-Wl,--lto-obj-path=%{thinlto_merged_object_file}"], LTO_INDEX),

        # Much of a compilation's command says nothing to one that reads no source.
        flag_set(actions = backend, flag_groups = [flag_group(flags = ["-Wno-unused-command-line-argument", "-x", "ir"])]),
        once_if_set("thinlto_index", ["-fthinlto-index=%{thinlto_index}"], backend),
        once_if_set("thinlto_input_bitcode_file", ["-c", "%{thinlto_input_bitcode_file}"], backend),
        once_if_set("thinlto_output_object_file", ["-o", "%{thinlto_output_object_file}"], backend),
    ])]

def check_features(module_maps, fatal_warnings):
    """Returns the features that check sources and headers, each off unless it is asked for.

    Args:
      module_maps: Whether Bazel may write module maps. All compilations then have them as inputs, and there are paths in
        them that Bazel 7 and 8 do not map.
      fatal_warnings: Flags by which the linker fails where it would warn.
    """
    return [
        flag_sets_feature("treat_warnings_as_errors", {
            tuple(COMPILE): ["-Werror"],
            tuple(LINK): fatal_warnings,
        }, enabled = False),

        # Bazel expects a file for each header that compiles by itself (`<header>.processed`). A syntax check writes none, but
        # for its diagnostics.
        feature(name = "parse_headers"),
        feature(name = "parse_headers_as_c"),
        arguments_feature("parsed_header", [
            flag_set(
                actions = [_PARSE_HEADER],
                flag_groups = [flag_group(flags = ["-xc++-header"])],
                with_features = [with_feature_set(not_features = ["parse_headers_as_c"])],
            ),
            flag_set(
                actions = [_PARSE_HEADER],
                flag_groups = [flag_group(flags = ["-xc-header"])],
                with_features = [with_feature_set(features = ["parse_headers_as_c"])],
            ),
            once_if_set("source_file", ["-fsyntax-only", "%{source_file}"], [_PARSE_HEADER]),
            once_if_set("output_file", ["--serialize-diagnostics", "%{output_file}"], [_PARSE_HEADER]),
        ]),

        # Bazel writes a module map for each library, of its headers, and hands a compilation those of its own library and of
        # direct dependencies. What is in none of them is refused; for the system's headers see module_map.bzl.
        feature(name = "module_maps", enabled = module_maps),
        feature(
            name = "use_module_maps",
            flag_sets = [each_value("dependent_module_map_files", ["-fmodule-map-file=%{dependent_module_map_files}"], INCLUDE)],
            requires = [feature_set(features = ["module_maps"])],
        ),
        feature(
            name = "layering_check",
            flag_sets = [
                flag_set(actions = INCLUDE, flag_groups = [flag_group(flags = ["-fmodules-strict-decluse", "-Wprivate-header"])]),
                once_if_set("module_name", ["-fmodule-name=%{module_name}"], INCLUDE),
                once_if_set("module_map_file", ["-fmodule-map-file=%{module_map_file}"], INCLUDE),
            ],
            implies = ["use_module_maps"],
        ),
    ]

def marker_features(supports_pic):
    """Returns features without arguments by which users tell Bazel what to do.

    Args:
      supports_pic: Whether the target has position-independent code as a choice.
    """
    names = ["external_include_paths", "no_dotd_file", "no_stripping"] + (["prefer_pic_for_opt_binaries"] if supports_pic else [])
    return [feature(name = name) for name in names]
