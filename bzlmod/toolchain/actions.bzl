"""The actions of Bazel that features have arguments for, in the groups that they have arguments for."""

load("@rules_cc//cc:action_names.bzl", "ACTION_NAMES")

visibility("//bzlmod/toolchain")

C_COMPILE = [
    ACTION_NAMES.assemble,
    ACTION_NAMES.c_compile,
    ACTION_NAMES.objc_compile,
    ACTION_NAMES.preprocess_assemble,
]

CXX_COMPILE = [
    ACTION_NAMES.cpp_compile,
    ACTION_NAMES.cpp_header_parsing,
    ACTION_NAMES.cpp_module_codegen,
    ACTION_NAMES.cpp_module_compile,
    ACTION_NAMES.linkstamp_compile,
    ACTION_NAMES.objcpp_compile,
]

COMPILE = C_COMPILE + CXX_COMPILE

OBJECTIVE_C = [ACTION_NAMES.objc_compile, ACTION_NAMES.objcpp_compile]

# What can include a header of a library.
INCLUDE = [ACTION_NAMES.c_compile, ACTION_NAMES.objc_compile] + CXX_COMPILE

# The links that make something. Each has its twin in ThinLTO, which reads what the link will be of and plans it.
_LINK_TO_FILE = [
    ACTION_NAMES.cpp_link_executable,
    ACTION_NAMES.cpp_link_dynamic_library,
    ACTION_NAMES.cpp_link_nodeps_dynamic_library,
]

LTO_INDEX = [
    ACTION_NAMES.lto_index_for_executable,
    ACTION_NAMES.lto_index_for_dynamic_library,
    ACTION_NAMES.lto_index_for_nodeps_dynamic_library,
]

LINK_EXECUTABLE = [ACTION_NAMES.cpp_link_executable, ACTION_NAMES.lto_index_for_executable]

LINK_SHARED = [action for action in _LINK_TO_FILE + LTO_INDEX if action not in LINK_EXECUTABLE]

LINK = LINK_EXECUTABLE + LINK_SHARED

# What makes machine code: a compilation, and ThinLTO's, of bitcode that a compilation has made.
CODE_GENERATION = COMPILE + [ACTION_NAMES.lto_backend]
