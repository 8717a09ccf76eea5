"""The toolchain's features of archives, links and stripping that are the same for every target; see features.bzl."""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")
load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "feature", "flag_group", "flag_set", "variable_with_value", "with_feature_set")
load("//bzlmod/toolchain:actions.bzl", "LINK", "LINK_SHARED")
load("//bzlmod/toolchain:flag_sets.bzl", "arguments_feature", "each_value", "flags_feature", "once_if_set")

visibility("//bzlmod/toolchain")

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
        arguments_feature("link_output", [
            flag_set(actions = LINK_SHARED, flag_groups = [flag_group(flags = ["-shared"])]),
            once_if_set("output_execpath", ["-o", "%{output_execpath}"], LINK),
            once_if_set("runtime_solib_name", linker.soname, LINK_SHARED),
            once_if_set("interface_library_output_path", linker.import_library, LINK_SHARED),
            once_if_set("def_file_path", ["%{def_file_path}"], LINK),
        ]),
        feature(
            name = "generate_linkmap",
            flag_sets = [once_if_set("output_execpath", linker.map, [ACTION_NAMES.cpp_link_executable])] if linker.map else [],
        ),
        arguments_feature("index_of_debug_information", [
            # By which debuggers find what is in .dwo files without reading all of them.
            once_if_set("is_using_fission", ["-Wl,--gdb-index"], LINK),
        ]),
        arguments_feature("strip_debug_symbols", [
            once_if_set("strip_debug_symbols", ["-Wl,-S"], LINK),
        ]),
        arguments_feature("library_search_directories", [
            each_value("library_search_directories", ["-L%{library_search_directories}"], LINK),
        ]),
        arguments_feature("runtime_library_search_directories", [
            each_value("runtime_library_search_directories", linker.rpath, LINK),
        ]),
        arguments_feature("linkstamps", [
            each_value("linkstamp_paths", ["%{linkstamp_paths}"], LINK),
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
        arguments_feature("user_link_flags", [
            each_value("user_link_flags", ["%{user_link_flags}"], LINK),
        ]),
    ]

def link_features_after_target():
    """Returns the link features whose arguments come last."""
    return [
        arguments_feature("linker_param_file", [
            once_if_set("linker_param_file", ["@%{linker_param_file}"], LINK + _ARCHIVE),
        ]),
        feature(name = "gcc_quoting_for_param_files", enabled = True),
    ]

def strip_features():
    """Returns the features of the strip action."""
    strip = [ACTION_NAMES.strip]
    return [arguments_feature("strip_arguments", [
        flag_set(actions = strip, flag_groups = [flag_group(flags = ["-S"])]),
        once_if_set("output_file", ["-o", "%{output_file}"], strip),
        each_value("stripopts", ["%{stripopts}"], strip),
        once_if_set("input_file", ["%{input_file}"], strip),
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
