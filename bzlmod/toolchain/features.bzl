"""The toolchain's features that are the same for every target: how Bazel's build variables become arguments.

Flags that tell one target from another are in config.bzl. Nothing here selects on a platform.
"""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load(
    "@rules_cc//cc:cc_toolchain_config_lib.bzl",
    "feature",
    "feature_set",
    "flag_group",
    "flag_set",
    "variable_with_value",
    "with_feature_set",
)

visibility("//bzlmod/...")

C_COMPILE = [
    ACTION_NAMES.assemble,
    ACTION_NAMES.c_compile,
    ACTION_NAMES.preprocess_assemble,
]

CXX_COMPILE = [
    ACTION_NAMES.cpp_compile,
    ACTION_NAMES.cpp_header_parsing,
    ACTION_NAMES.cpp_module_codegen,
    ACTION_NAMES.cpp_module_compile,
    ACTION_NAMES.linkstamp_compile,
]

COMPILE = C_COMPILE + CXX_COMPILE

LINK_SHARED = [
    ACTION_NAMES.cpp_link_dynamic_library,
    ACTION_NAMES.cpp_link_nodeps_dynamic_library,
]

LINK = [ACTION_NAMES.cpp_link_executable] + LINK_SHARED

def flags_feature(name, actions, flags, enabled = True, requires = []):
    """A feature of constant flags.

    Args:
      name: Name of the feature.
      actions: Action names that the flags are for.
      flags: List of strings; a feature without flags is still one that users can name.
      enabled: Whether it is on unless it is turned off.
      requires: Names of features, all of which must be on.

    Returns:
      A feature.
    """
    return feature(
        name = name,
        enabled = enabled,
        requires = [feature_set(features = requires)] if requires else [],
        flag_sets = [flag_set(actions = actions, flag_groups = [flag_group(flags = flags)])] if flags else [],
    )

def _each(variable, flags, actions):
    """Flags repeated for every value of a build variable, where it has one."""
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags, iterate_over = variable, expand_if_available = variable)],
    )

def _once(variable, flags, actions):
    """Flags given once where a build variable is set."""
    return flag_set(
        actions = actions,
        flag_groups = [flag_group(flags = flags, expand_if_available = variable)],
    )

# In the order in which Bazel puts their arguments on the command line.
def compile_features_before_target():
    """Returns the compile features whose arguments come before the target's include directories."""
    return [
        feature(name = "dependency_file", enabled = True, flag_sets = [
            _once("dependency_file", ["-MD", "-MF", "%{dependency_file}"], COMPILE),
        ]),
        feature(name = "pic", enabled = True, flag_sets = [_once("pic", ["-fPIC"], COMPILE)]),
        feature(name = "preprocessor_defines", enabled = True, flag_sets = [
            _each("preprocessor_defines", ["-D%{preprocessor_defines}"], COMPILE),
        ]),
        feature(name = "includes", enabled = True, flag_sets = [
            _each("includes", ["-include", "%{includes}"], COMPILE),
        ]),
        feature(name = "include_paths", enabled = True, flag_sets = [
            _each("quote_include_paths", ["-iquote", "%{quote_include_paths}"], COMPILE),
            _each("include_paths", ["-I%{include_paths}"], COMPILE),
            _each("system_include_paths", ["-isystem", "%{system_include_paths}"], COMPILE),
            _each("external_include_paths", ["-isystem", "%{external_include_paths}"], COMPILE),
            _each("framework_include_paths", ["-F%{framework_include_paths}"], COMPILE),
        ]),
        feature(name = "per_object_debug_info", enabled = True, flag_sets = [
            _once("per_object_debug_info_file", ["-gsplit-dwarf", "-g"], COMPILE),
        ]),
        flags_feature("opt", COMPILE, ["-O2", "-DNDEBUG", "-ffunction-sections", "-fdata-sections"], enabled = False),
        flags_feature("dbg", COMPILE, ["-O0", "-g"], enabled = False),
        flags_feature("fastbuild", COMPILE, [], enabled = False),
        feature(name = "user_compile_flags", enabled = True, flag_sets = [
            _each("user_compile_flags", ["%{user_compile_flags}"], COMPILE),
        ]),
        feature(name = "unfiltered_compile_flags", enabled = True, flag_sets = [
            _each("unfiltered_compile_flags", ["%{unfiltered_compile_flags}"], COMPILE),
        ]),
    ]

def compile_features_after_target():
    """Returns the compile features whose arguments come last: what is compiled, and into what."""
    return [
        feature(name = "compiler_output", enabled = True, flag_sets = [
            _once("output_assembly_file", ["-S"], COMPILE),
            _once("output_preprocess_file", ["-E"], COMPILE),
            flag_set(
                actions = [action for action in COMPILE if action != ACTION_NAMES.cpp_header_parsing],
                flag_groups = [flag_group(flags = ["-c", "%{source_file}"], expand_if_available = "source_file")],
            ),
            flag_set(
                actions = [ACTION_NAMES.cpp_header_parsing],
                flag_groups = [flag_group(
                    flags = ["-xc++-header", "-fsyntax-only", "%{source_file}"],
                    expand_if_available = "source_file",
                )],
            ),
            _once("output_file", ["-o", "%{output_file}"], COMPILE),
        ]),
        feature(name = "parse_headers"),
        feature(name = "compiler_param_file"),
    ]

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

def _whole_archive(begin, end, groups):
    """Wraps flag groups for libraries that are linked as a whole."""
    return ([flag_group(flags = begin, expand_if_true = "libraries_to_link.is_whole_archive")] +
            groups +
            [flag_group(flags = end, expand_if_true = "libraries_to_link.is_whole_archive")])

def link_features_before_target(linker):
    """Returns the link features whose arguments come before the target's libraries.

    Args:
      linker: A struct of what differs between linkers; see linkers.bzl.
    """
    group = variable_with_value("libraries_to_link.type", "object_file_group")
    return [
        feature(name = "link_output", enabled = True, flag_sets = [
            flag_set(actions = LINK_SHARED, flag_groups = [flag_group(flags = ["-shared"])]),
            _once("output_execpath", ["-o", "%{output_execpath}"], LINK),
            _once("runtime_solib_name", linker.soname, LINK_SHARED),
            _once("interface_library_output_path", linker.import_library, LINK_SHARED),
            _once("def_file_path", ["%{def_file_path}"], LINK),
        ]),
        feature(name = "strip_debug_symbols", enabled = True, flag_sets = [
            _once("strip_debug_symbols", ["-Wl,-S"], LINK),
        ]),
        feature(name = "library_search_directories", enabled = True, flag_sets = [
            _each("library_search_directories", ["-L%{library_search_directories}"], LINK),
        ]),
        feature(name = "runtime_library_search_directories", enabled = True, flag_sets = [
            _each("runtime_library_search_directories", linker.rpath, LINK),
        ] if linker.rpath else []),
        feature(name = "linkstamps", enabled = True, flag_sets = [
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
                    _library("static_library", ["%{libraries_to_link.name}"]),
                    _library("dynamic_library", ["-l%{libraries_to_link.name}"]),
                    _library("versioned_dynamic_library", linker.versioned_library),
                ]) + [
                    flag_group(flags = ["-Wl,--end-lib"], expand_if_equal = group),
                ],
            ),
        ])]),
        feature(name = "user_link_flags", enabled = True, flag_sets = [
            _each("user_link_flags", ["%{user_link_flags}"], LINK),
        ]),
    ]

def link_features_after_target():
    """Returns the link features whose arguments come last."""
    return [
        feature(name = "linker_param_file", enabled = True, flag_sets = [
            _once("linker_param_file", ["@%{linker_param_file}"], LINK + _ARCHIVE),
        ]),
        feature(name = "gcc_quoting_for_param_files", enabled = True),
    ]

def strip_features():
    """Returns the features of the strip action."""
    return [feature(name = "strip", enabled = True, flag_sets = [
        flag_set(actions = [ACTION_NAMES.strip], flag_groups = [flag_group(flags = ["-S", "-o", "%{output_file}"])]),
        _each("stripopts", ["%{stripopts}"], [ACTION_NAMES.strip]),
        _once("input_file", ["%{input_file}"], [ACTION_NAMES.strip]),
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
