"""What differs between the linkers of lld, by object format."""

visibility("//bzlmod/...")

_ELF = struct(
    tool = "ld.lld",
    soname = ["-Wl,-soname,%{runtime_solib_name}"],
    import_library = [],
    rpath = ["-Wl,-rpath,$ORIGIN/%{runtime_library_search_directories}"],
    whole_archive = ["-Wl,-whole-archive"],
    no_whole_archive = ["-Wl,-no-whole-archive"],
    versioned_library = ["-l:%{libraries_to_link.name}"],
    gc_sections = ["-Wl,--gc-sections"],
    start_end_lib = True,
    # Static executables need the unwind table's index as well, which the driver asks for only with a dynamic loader.
    flags = ["-Wl,--eh-frame-hdr", "-Wl,-z,relro,-z,now", "-Wl,-z,noexecstack"],
)

_LINKERS = {"elf": _ELF}

def linker_for(object_format):
    """Returns the linker of an object format (`elf`, …) as a struct of tool name and flags."""
    return _LINKERS[object_format]
