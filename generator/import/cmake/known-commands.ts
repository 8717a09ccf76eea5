/** Why a command has no effect on which sources are compiled, and how. */
type Cause = string;

const reads: Cause = "importers look for its calls";
const flags: Cause = "how sources are compiled is said by the runtime's row";
const products: Cause = "what is done with products is said by the runtime's row";

/** Commands whose calls are recorded and which change no variable, by name. What is neither here nor evaluated is an error. */
export const recordedCommands: ReadonlyMap<string, Cause> = new Map<string, Cause>([
  ["add_library", reads],
  ["add_custom_command", reads],
  ["set_source_files_properties", reads],
  ["add_compile_options", flags],
  ["add_definitions", flags],
  ["remove_definitions", flags],
  ["include_directories", flags],
  ["set_property", flags],
  ["set_target_properties", flags],
  ["target_compile_definitions", flags],
  ["target_compile_features", flags],
  ["target_compile_options", flags],
  ["target_include_directories", flags],
  ["add_custom_target", products],
  ["add_dependencies", products],
  ["add_executable", products],
  ["add_link_options", products],
  ["install", products],
  ["target_link_libraries", products],
  ["target_link_options", products],
  ["cmake_minimum_required", "policies are those of the newest CMake"],
  ["cmake_policy", "policies are those of the newest CMake"],
  ["project", "the compiler is given"],
  ["cmake_push_check_state", "probes are answered by their names alone"],
  ["cmake_pop_check_state", "probes are answered by their names alone"],
]);

/** CMake's own modules that may be included, with what they define. */
export const ownModules: ReadonlyMap<string, Cause> = new Map<string, Cause>([
  ["CMakeCheckCompilerFlagCommonPatterns", "patterns of compilers' messages"],
  ["CMakeDependentOption", "cmake_dependent_option is evaluated"],
  ["CMakePushCheckState", "its commands are recorded"],
  ["CheckCCompilerFlag", "a probe"],
  ["CheckCSourceCompiles", "a probe"],
  ["CheckCXXCompilerFlag", "a probe"],
  ["CheckCXXSourceCompiles", "a probe"],
  ["CheckCompilerFlag", "a probe"],
  ["CheckIncludeFile", "a probe"],
  ["CheckIncludeFiles", "a probe"],
  ["CheckLibraryExists", "a probe"],
  ["CheckSymbolExists", "a probe"],
  ["ExternalProject", "its commands fetch; an importer says whether it needs what they fetch"],
  ["GNUInstallDirs", "where things are installed"],
]);
