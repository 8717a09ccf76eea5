"""What differs between the linkers of lld, by object format; and what there is in their place where nothing is linked."""

visibility("//bzlmod/...")

# The mode of targets whose objects others link or load. No platform asks for it: it is all that there is.
OBJECTS_ALONE = "none"

LINK_MODES = ["dynamic", OBJECTS_ALONE, "static", "static_pie"]

_NO_FLAGS = struct(executable = [], compile = [])

# Whatever the object format: it takes a linker to give it a meaning. The tool is the one that says why it does not link, see flags.bzl.
_NONE = struct(
    tool = "ld.lld",
    takes_path = True,
    modes = {OBJECTS_ALONE: _NO_FLAGS},
    supports_pic = False,
    soname = [],
    import_library = [],
    rpath = [],
    whole_archive = [],
    no_whole_archive = [],
    whole_library = [],
    versioned_library = ["%{libraries_to_link.path}"],
    # None leaves out what nothing names, and a loader takes sections by their names: functions and variables share them as the source says.
    gc_sections = [],
    section_of_each = [],
    map = [],
    fatal_warnings = [],
    start_end_lib = False,
    fission = False,
    objective_c = False,
    flags = [],
    features = [],
    optional_features = [],
    environment = {},
    sysroot = [],
    artifact_names = [],
)

# By which what nothing names can be left out of a link.
_SECTION_OF_EACH = ["-ffunction-sections", "-fdata-sections"]

_ELF = struct(
    tool = "ld.lld",
    takes_path = True,
    modes = {
        "dynamic": struct(executable = ["-pie"], compile = ["-fPIE"]),
        "static": struct(executable = ["-static"], compile = []),
        "static_pie": struct(executable = ["-static-pie"], compile = ["-fPIE"]),
    },
    supports_pic = True,
    soname = ["-Wl,-soname,%{runtime_solib_name}"],
    import_library = [],
    rpath = ["-Wl,-rpath,$ORIGIN/%{runtime_library_search_directories}"],
    whole_archive = ["-Wl,-whole-archive"],
    no_whole_archive = ["-Wl,-no-whole-archive"],
    whole_library = [],
    versioned_library = ["-l:%{libraries_to_link.name}"],
    gc_sections = ["-Wl,--gc-sections"],
    section_of_each = _SECTION_OF_EACH,
    map = ["-Wl,-Map=%{output_execpath}.map"],
    fatal_warnings = ["-Wl,--fatal-warnings"],
    start_end_lib = True,
    fission = True,
    objective_c = False,
    # Static executables need the unwind table's index as well, which the driver asks for only with a dynamic loader.
    flags = ["-Wl,--eh-frame-hdr", "-Wl,-z,relro,-z,now", "-Wl,-z,noexecstack"],
    features = [],
    optional_features = [],
    environment = {},
    sysroot = [],
    artifact_names = [],
)

# The system's own libraries are always DLLs, so that there is no static mode. Code is position-independent as it is,
# and clang refuses -fPIC.
_COFF = struct(
    tool = "ld.lld",
    takes_path = True,
    modes = {"dynamic": _NO_FLAGS},
    supports_pic = False,
    soname = [],
    import_library = ["-Wl,--out-implib,%{interface_library_output_path}"],
    rpath = [],
    whole_archive = ["-Wl,--whole-archive"],
    no_whole_archive = ["-Wl,--no-whole-archive"],
    whole_library = [],
    versioned_library = ["%{libraries_to_link.path}"],
    gc_sections = ["-Wl,--gc-sections"],
    section_of_each = _SECTION_OF_EACH,
    map = ["-Wl,-Map=%{output_execpath}.map"],
    fatal_warnings = ["-Wl,--fatal-warnings"],
    start_end_lib = False,
    fission = False,
    objective_c = False,
    # The same sources give the same image. Which linker it is, its path says; Go asks for the version of the one that -fuse-ld
    # names, and hands a linker script of GNU's to any but LLD ("unknown argument: -T").
    flags = ["-fuse-ld=lld", "-Wl,--no-insert-timestamp"],
    features = [
        "copy_dynamic_libraries_to_binary",
        # The linker makes import libraries itself; else Bazel would wrap it in a shell script that takes them from ELF files.
        "has_configured_linker_path",
        "supports_interface_shared_libraries",
        "targets_windows",
    ],
    optional_features = [
        # Bazel's name for it: a PDB beside each program and DLL in place of DWARF inside of it. An image names it without
        # the folder that it was built in.
        struct(name = "generate_pdb_file", compile = ["-g", "-gcodeview"], link = ["-Wl,--pdb=", "-Wl,-Xlink=-pdbaltpath:%%_PDB%%"]),
        # There is no `windows_export_all_symbols`: for it Bazel runs a tool (DefParser) that hosts other than Windows lack.
    ],
    # rules_go and Go each compile C with -mthreads, and of two clang refuses the first ("unsupported option '-mthreads'", since
    # MinGW::addClangTargetOptions excuses the last alone). It would link a library that has nothing in it.
    environment = {"CCC_OVERRIDE_OPTIONS": "# x-mthreads"},
    sysroot = [],
    artifact_names = [
        struct(category = "dynamic_library", prefix = "", extension = ".dll"),
        struct(category = "executable", prefix = "", extension = ".exe"),
        # As Bazel calls them on Windows; of GNU's .dll.a it wants to know nothing.
        struct(category = "interface_library", prefix = "", extension = ".if.lib"),
    ],
)

_MACHO = struct(
    tool = "ld64.lld",
    takes_path = True,
    modes = {"dynamic": _NO_FLAGS},
    # Code is position-independent as it is: a second object of each source would be the same.
    supports_pic = False,
    soname = ["-Wl,-install_name,@rpath/%{runtime_solib_name}"],
    import_library = [],
    rpath = ["-Wl,-rpath,@loader_path/%{runtime_library_search_directories}"],
    # What is linked as a whole is named one by one; the flag that stands for all that follow has none that ends it.
    whole_archive = [],
    no_whole_archive = [],
    whole_library = ["-Wl,-force_load,%{libraries_to_link.name}"],
    versioned_library = ["%{libraries_to_link.path}"],
    gc_sections = ["-Wl,-dead_strip"],
    section_of_each = _SECTION_OF_EACH,
    map = ["-Wl,-map,%{output_execpath}.map"],
    fatal_warnings = ["-Wl,-fatal_warnings"],
    start_end_lib = True,
    fission = False,
    objective_c = True,
    # By this name the driver knows what the linker of the path above understands: else it says neither platform nor version in a form that lld takes.
    # Debug information stays in objects, and the program names them: without the folder that the build runs in.
    flags = ["-fuse-ld=lld", "-Wl,-oso_prefix,."],
    features = [],
    optional_features = [],
    # Nor are the objects' times in it.
    environment = {"ZERO_AR_DATE": "1"},
    # Below it are the system's libraries and frameworks, some of which name others by their path there; and what says of which version it is.
    sysroot = ["--sysroot=", "-isysroot"],
    artifact_names = [struct(category = "dynamic_library", prefix = "lib", extension = ".dylib")],
)

_WASM = struct(
    tool = "wasm-ld",
    # The driver takes an absolute path or a name. By this one (flags, below) it takes wasm-ld beside clang. Without any,
    # Debian's clang looks for wasm-ld-22, which is not there, and then takes the machine's, from PATH.
    takes_path = False,
    modes = {"static": _NO_FLAGS},
    supports_pic = False,
    soname = [],
    import_library = [],
    rpath = [],
    whole_archive = ["-Wl,--whole-archive"],
    no_whole_archive = ["-Wl,--no-whole-archive"],
    whole_library = [],
    versioned_library = ["%{libraries_to_link.path}"],
    # Its default.
    gc_sections = [],
    section_of_each = _SECTION_OF_EACH,
    map = ["-Wl,-Map=%{output_execpath}.map"],
    fatal_warnings = ["-Wl,--fatal-warnings"],
    start_end_lib = True,
    fission = False,
    objective_c = False,
    flags = ["-fuse-ld=lld"],
    features = [],
    optional_features = [],
    environment = {},
    sysroot = [],
    artifact_names = [struct(category = "executable", prefix = "", extension = ".wasm")],
)

_LINKERS = {"coff": _COFF, "elf": _ELF, "macho": _MACHO, "wasm": _WASM}

def linker_for(target):
    """Returns the linker of a target as a struct of tool name and flags.

    Args:
      target: A struct of object_format (`elf`, …) and link_mode.
    """
    return _NONE if target.link_mode == OBJECTS_ALONE else _LINKERS[target.object_format]

def no_links(target):
    """Returns why nothing is linked for a target, as a word that tools take for a name and print; None of one that links.

    Args:
      target: A struct of link_mode and platform_name.
    """
    return "no-links-for-{}:-it-has-objects-alone".format(target.platform_name) if target.link_mode == OBJECTS_ALONE else None
