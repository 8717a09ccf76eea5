"""The toolchain's features that are the same for every target: how Bazel's build variables become arguments.

Flags that tell one target from another are in config.bzl. Nothing here selects on a platform.
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
    "variable_with_value",
    "with_feature_set",
)
load("//bzlmod/toolchain:actions.bzl", "CODE_GENERATION", "COMPILE", "INCLUDE", "LINK", "LINK_SHARED", "LTO_INDEX", "OBJECTIVE_C")

visibility("//bzlmod/...")

_PARSE_HEADER = ACTION_NAMES.cpp_header_parsing

_COMPILE_TO_FILE = [action for action in COMPILE if action != _PARSE_HEADER]

def flags_feature(name, actions, flags, enabled = True, requires = [], unless = []):
    """A feature of constant flags.

    Args:
      name: Name of the feature.
      actions: Action names that the flags are for.
      flags: List of strings; a feature without flags is still one that users can name.
      enabled: Whether it is on unless it is turned off.
      requires: Names of features, all of which must be on.
      unless: Names of features, any of which takes the flags away.

    Returns:
      A feature.
    """
    return feature(
        name = name,
        enabled = enabled,
        requires = [feature_set(features = requires)] if requires else [],
        flag_sets = [flag_set(
            actions = actions,
            flag_groups = [flag_group(flags = flags)],
            with_features = [with_feature_set(not_features = unless)] if unless else [],
        )] if flags else [],
    )

def flag_sets_feature(name, flags, enabled = True):
    """A feature of constant flags that differ between actions.

    Args:
      name: Name of the feature.
      flags: Dict: tuple of action names → list of strings.
      enabled: Whether it is on unless it is turned off.

    Returns:
      A feature.
    """
    return feature(
        name = name,
        enabled = enabled,
        flag_sets = [flag_set(actions = list(actions), flag_groups = [flag_group(flags = group)]) for actions, group in flags.items() if group],
    )

def _each(variable, flags, actions):
    """Flags repeated for every value of a build variable; None where there are no flags (a linker that lacks them)."""
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags, iterate_over = variable, expand_if_available = variable)],
    ) if flags else None

def _once(variable, flags, actions):
    """Flags given once where a build variable is set; None where there are no flags (a linker that lacks them)."""
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags, expand_if_available = variable)],
    ) if flags else None

def _arguments(name, flag_sets):
    """A feature that is always on, of those flag sets that are not None."""
    return feature(name = name, enabled = True, flag_sets = [entry for entry in flag_sets if entry])

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
def compile_features_before_target(fission, by_name, extra):
    """Returns the compile features whose arguments come before the target's include directories.

    Args:
      fission: Whether debug information can be apart from objects.
      by_name: The features that users turn on by name, see user_features.bzl.
      extra: Dict: tuple of action names → the user's extra arguments, see extra_arguments.bzl.
    """
    return [
        _arguments("dependency_file", [
            _once("dependency_file", ["-MD", "-MF", "%{dependency_file}"], COMPILE),
        ]),
        _arguments("pic", [
            _once("pic", ["-fPIC"], CODE_GENERATION),
        ]),
        _arguments("preprocessor_defines", [
            _each("preprocessor_defines", ["-D%{preprocessor_defines}"], COMPILE),
        ]),
        _arguments("includes", [
            _each("includes", ["-include", "%{includes}"], COMPILE),
        ]),
        _arguments("include_paths", [
            _each("quote_include_paths", ["-iquote", "%{quote_include_paths}"], COMPILE),
            _each("include_paths", ["-I%{include_paths}"], COMPILE),
            _each("system_include_paths", ["-isystem", "%{system_include_paths}"], COMPILE),
            _each("external_include_paths", ["-isystem", "%{external_include_paths}"], COMPILE),
            _each("framework_include_paths", ["-F%{framework_include_paths}"], COMPILE),
        ]),
        flag_sets_feature("opt", {
            tuple(CODE_GENERATION): ["-O2", "-ffunction-sections", "-fdata-sections"],
            tuple(COMPILE): ["-DNDEBUG"],
        }, enabled = False),
        flags_feature("dbg", CODE_GENERATION, ["-O0", "-g"], enabled = False),
        flags_feature("fastbuild", COMPILE, [], enabled = False),
    ] + ([
        # With --fission: a .dwo file beside each object, whose name clang takes from the object's.
        feature(
            name = "per_object_debug_info",
            enabled = True,
            flag_sets = [_once("per_object_debug_info_file", ["-g", "-gsplit-dwarf"], CODE_GENERATION)],
        ),
    ] if fission else []) + by_name + [
        flag_sets_feature("extra_compile_arguments", extra),
        # Of objc_library: whether references are counted for the program.
        _arguments("reference_counting", [
            _once("objc_arc", ["-fobjc-arc"], OBJECTIVE_C),
            _once("no_objc_arc", ["-fno-objc-arc"], OBJECTIVE_C),
        ]),
        _arguments("user_compile_flags", [
            _each("user_compile_flags", ["%{user_compile_flags}"], CODE_GENERATION),
        ]),
        _arguments("unfiltered_compile_flags", [
            _each("unfiltered_compile_flags", ["%{unfiltered_compile_flags}"], COMPILE),
        ]),
    ]

def compile_features_after_target():
    """Returns the compile features whose arguments come last: what is compiled, and into what."""
    return [
        _arguments("compiler_output", [
            _once("output_assembly_file", ["-S"], COMPILE),
            _once("output_preprocess_file", ["-E"], COMPILE),
            _once("source_file", ["-c", "%{source_file}"], _COMPILE_TO_FILE),
            _once("output_file", ["-o", "%{output_file}"], _COMPILE_TO_FILE),
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
        _arguments("coverage_notes", [
            _once("gcov_gcno_file", ["-ftest-coverage"], INCLUDE),
        ]),
        feature(
            name = "gcc_coverage_map_format",
            flag_sets = [
                _once("gcov_gcno_file", ["-fprofile-arcs"], INCLUDE),
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
    return [_arguments("profiles", [
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
    return [_arguments("lto_variables", [
        _once("lto_indexing_bitcode_file", ["-Xclang", "-fthin-link-bitcode=%{lto_indexing_bitcode_file}"], COMPILE),

        # The linker's own options, in the form `=value` where Bazel has one.
        _once("thinlto_optional_params_file", ["-Wl,--thinlto-index-only%{thinlto_optional_params_file}", "-Wl,--thinlto-emit-imports-files"], LTO_INDEX),
        _once("thinlto_prefix_replace", ["-Wl,--thinlto-prefix-replace=%{thinlto_prefix_replace}"], LTO_INDEX),
        _once("thinlto_object_suffix_replace", ["-Wl,--thinlto-object-suffix-replace=%{thinlto_object_suffix_replace}"], LTO_INDEX),
        _once("thinlto_merged_object_file", ["-Wl,--lto-obj-path=%{thinlto_merged_object_file}"], LTO_INDEX),

        # Much of a compilation's command says nothing to one that reads no source.
        flag_set(actions = backend, flag_groups = [flag_group(flags = ["-Wno-unused-command-line-argument", "-x", "ir"])]),
        _once("thinlto_index", ["-fthinlto-index=%{thinlto_index}"], backend),
        _once("thinlto_input_bitcode_file", ["-c", "%{thinlto_input_bitcode_file}"], backend),
        _once("thinlto_output_object_file", ["-o", "%{thinlto_output_object_file}"], backend),
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
        _arguments("parsed_header", [
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
            _once("source_file", ["-fsyntax-only", "%{source_file}"], [_PARSE_HEADER]),
            _once("output_file", ["--serialize-diagnostics", "%{output_file}"], [_PARSE_HEADER]),
        ]),

        # Bazel writes a module map for each library, of its headers, and hands a compilation those of its own library and of
        # direct dependencies. What is in none of them is refused; for the system's headers see module_map.bzl.
        feature(name = "module_maps", enabled = module_maps),
        feature(
            name = "use_module_maps",
            flag_sets = [_each("dependent_module_map_files", ["-fmodule-map-file=%{dependent_module_map_files}"], INCLUDE)],
            requires = [feature_set(features = ["module_maps"])],
        ),
        feature(
            name = "layering_check",
            flag_sets = [
                flag_set(actions = INCLUDE, flag_groups = [flag_group(flags = ["-fmodules-strict-decluse", "-Wprivate-header"])]),
                _once("module_name", ["-fmodule-name=%{module_name}"], INCLUDE),
                _once("module_map_file", ["-fmodule-map-file=%{module_map_file}"], INCLUDE),
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

_ARCHIVE = [ACTION_NAMES.cpp_link_static_library]

def archive_features():
    """Returns the features of static archives."""
    return [
        feature(name = "archiver", enabled = True, flag_sets = [flag_set(actions = _ARCHIVE, flag_groups = [
            flag_group(flags = ["rcsD", "%{output_execpath}"], expand_if_available = "output_execpath"),
            flag_group(
                iterate_over = "libraries_to_link",
                expand_if_available = "libraries_to_link",
                flag_groups = [
                    flag_group(
                        flags = ["%{libraries_to_link.name}"],
                        expand_if_equal = variable_with_value("libraries_to_link.type", "object_file"),
                    ),
                    flag_group(
                        flags = ["%{libraries_to_link.object_files}"],
                        iterate_over = "libraries_to_link.object_files",
                        expand_if_equal = variable_with_value("libraries_to_link.type", "object_file_group"),
                    ),
                ],
            ),
        ])]),
        feature(name = "archive_param_file", enabled = True),
    ]

def _library(type, flags):
    return flag_group(flags = flags, expand_if_equal = variable_with_value("libraries_to_link.type", type))

def _static_library(whole):
    """Flag groups of an archive; `whole`: the flags that name one that is linked as a whole, where it is not between others."""
    name = ["%{libraries_to_link.name}"]
    if not whole:
        return [_library("static_library", name)]
    type = variable_with_value("libraries_to_link.type", "static_library")
    return [
        flag_group(flags = whole, expand_if_equal = type, expand_if_true = "libraries_to_link.is_whole_archive"),
        flag_group(flags = name, expand_if_equal = type, expand_if_false = "libraries_to_link.is_whole_archive"),
    ]

def _whole_archive(begin, end, groups):
    """Wraps flag groups for libraries that are linked as a whole; `begin` and `end` are empty where each is named so by itself."""
    if not begin:
        return groups
    return ([flag_group(flags = begin, expand_if_true = "libraries_to_link.is_whole_archive")] +
            groups +
            [flag_group(flags = end, expand_if_true = "libraries_to_link.is_whole_archive")])

def link_features_before_target(linker, extra):
    """Returns the link features whose arguments come before the target's libraries.

    Args:
      linker: A struct of what differs between linkers; see linkers.bzl.
      extra: The user's extra arguments, a list of strings.
    """
    group = variable_with_value("libraries_to_link.type", "object_file_group")
    return [
        _arguments("link_output", [
            flag_set(actions = LINK_SHARED, flag_groups = [flag_group(flags = ["-shared"])]),
            _once("output_execpath", ["-o", "%{output_execpath}"], LINK),
            _once("runtime_solib_name", linker.soname, LINK_SHARED),
            _once("interface_library_output_path", linker.import_library, LINK_SHARED),
            _once("def_file_path", ["%{def_file_path}"], LINK),
        ]),
        feature(
            name = "generate_linkmap",
            flag_sets = [_once("output_execpath", linker.map, [ACTION_NAMES.cpp_link_executable])],
        ),
        _arguments("index_of_debug_information", [
            # By which debuggers find what is in .dwo files without reading all of them.
            _once("is_using_fission", ["-Wl,--gdb-index"], LINK),
        ]),
        _arguments("strip_debug_symbols", [
            _once("strip_debug_symbols", ["-Wl,-S"], LINK),
        ]),
        _arguments("library_search_directories", [
            _each("library_search_directories", ["-L%{library_search_directories}"], LINK),
        ]),
        _arguments("runtime_library_search_directories", [
            _each("runtime_library_search_directories", linker.rpath, LINK),
        ]),
        _arguments("linkstamps", [
            _each("linkstamp_paths", ["%{linkstamp_paths}"], LINK),
        ]),
        feature(name = "libraries_to_link", enabled = True, flag_sets = [flag_set(actions = LINK, flag_groups = [
            flag_group(
                iterate_over = "libraries_to_link",
                expand_if_available = "libraries_to_link",
                flag_groups = [
                    flag_group(flags = ["-Wl,--start-lib"], expand_if_equal = group),
                ] + _whole_archive(linker.whole_archive, linker.no_whole_archive, [
                    flag_group(
                        flags = ["%{libraries_to_link.object_files}"],
                        iterate_over = "libraries_to_link.object_files",
                        expand_if_equal = group,
                    ),
                    _library("object_file", ["%{libraries_to_link.name}"]),
                    _library("interface_library", ["%{libraries_to_link.name}"]),
                ] + _static_library(linker.whole_library) + [
                    _library("dynamic_library", ["-l%{libraries_to_link.name}"]),
                    _library("versioned_dynamic_library", linker.versioned_library),
                ]) + [
                    flag_group(flags = ["-Wl,--end-lib"], expand_if_equal = group),
                ],
            ),
            # What ThinLTO has made of the objects, in their places.
            flag_group(flags = ["-Wl,@%{thinlto_param_file}"], expand_if_true = "thinlto_param_file"),
        ])]),
        flags_feature("extra_link_arguments", LINK, extra),
        _arguments("user_link_flags", [
            _each("user_link_flags", ["%{user_link_flags}"], LINK),
        ]),
    ]

def link_features_after_target():
    """Returns the link features whose arguments come last."""
    return [
        _arguments("linker_param_file", [
            _once("linker_param_file", ["@%{linker_param_file}"], LINK + _ARCHIVE),
        ]),
        feature(name = "gcc_quoting_for_param_files", enabled = True),
    ]

def strip_features():
    """Returns the features of the strip action."""
    strip = [ACTION_NAMES.strip]
    return [_arguments("strip_arguments", [
        flag_set(actions = strip, flag_groups = [flag_group(flags = ["-S"])]),
        _once("output_file", ["-o", "%{output_file}"], strip),
        _each("stripopts", ["%{stripopts}"], strip),
        _once("input_file", ["%{input_file}"], strip),
    ])]

def opt_link_features(flags):
    """Returns link flags that -c opt adds."""
    return [feature(
        name = "opt_link",
        enabled = True,
        flag_sets = [flag_set(
            actions = LINK,
            flag_groups = [flag_group(flags = flags)],
            with_features = [with_feature_set(features = ["opt"])],
        )] if flags else [],
    )]
