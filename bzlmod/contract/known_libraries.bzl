"""A check of what a link names by -l, on by request."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//bzlmod/contract:near_names.bzl", "near_names")
load("//windows:names.bzl", WINDOWS_LIBRARIES = "LIBRARIES")

visibility("public")

# Spellings of the linker's options.
_LIBRARY = ["-l", "--library"]
_FOLDER = ["-L", "--library-path"]
_SYSROOT = ["--sysroot"]
_RESOURCES = ["-resource-dir"]

# In the order of lld/MinGW/Driver.cpp, which tries most; and what lld/MachO/Driver.cpp tries.
_FILE_NAMES = ["lib{}.dll.a", "{}.dll.a", "lib{}.a", "{}.lib", "lib{}.dll", "{}.dll", "lib{}.so", "lib{}.tbd", "lib{}.dylib"]

def _linker_arguments(argv):
    """The arguments that reach the linker, `-Wl,` and `-Xlinker` taken off."""
    arguments = []
    for argument in argv:
        if argument.startswith("-Wl,"):
            arguments.extend(argument.split(",")[1:])
        elif argument != "-Xlinker":
            arguments.append(argument)
    return arguments

def _values(arguments, options):
    """The values of an option, in all its spellings, joined or as the next argument. One value may stand more than once."""
    values = []
    is_next = False
    for argument in arguments:
        if is_next:
            values.append(argument)
            is_next = False
            continue
        for option in options:
            if argument == option:
                is_next = True
            elif argument.startswith(option + "=") or (argument.startswith(option) and not option.startswith("--")):
                values.append(argument.removeprefix(option).removeprefix("="))
    return values

def _library_name(basename):
    """What -l calls a file, or None where its name is not that of a library with `lib` before it."""
    for pattern in _FILE_NAMES:
        prefix, _, suffix = pattern.partition("{}")
        if prefix and basename.startswith(prefix) and basename.endswith(suffix):
            return basename.removeprefix(prefix).removesuffix(suffix)
    return None

def _is_found(name, basenames):
    candidates = [name[1:]] if name.startswith(":") else [pattern.format(name) for pattern in _FILE_NAMES]
    return any([candidate in basenames for candidate in candidates])

def _describe(name, owners, found, labelled):
    named = "-l" + name + (", which {} names".format(", ".join(owners)) if owners else "")
    if name in labelled:
        return "{}: there is a label for it, deps = [\"@xllvm//windows:{}\"], on {}; or linked_libraries for code that is not yours (docs/windows.md)".format(
            named,
            name,
            ", ".join(labelled[name]),
        )
    near = near_names(name, found + [other for other in labelled if other not in found])
    return "{}: there is no such library{}".format(named, "; there is " + ", ".join(near) if near else "")

def _owners(ctx, name):
    """The dependencies that name a library, as strings."""
    infos = [target[CcInfo] for target in getattr(ctx.rule.attr, "deps", []) if CcInfo in target]
    return sorted({
        str(linker_input.owner).removeprefix("@@"): None
        for info in infos
        for linker_input in info.linking_context.linker_inputs.to_list()
        if name in _values(_linker_arguments(linker_input.user_link_flags), _LIBRARY)
    })

def _search(link):
    """What a link names, and what it finds.

    Args:
      link: The link action.

    Returns:
      A struct of missing (list of names) and found (sorted list of names). Nothing is missing where a folder of the search path
      holds no input of the link, since what lies there cannot be known.
    """
    arguments = _linker_arguments(link.argv)
    names = {name: None for name in _values(arguments, _LIBRARY)}
    if not names:
        return struct(missing = [], found = [])
    by_folder = {}
    for file in link.inputs.to_list():
        by_folder.setdefault(file.dirname, []).append(file.basename)
    folders = [folder.removesuffix("/") for folder in _values(arguments, _FOLDER)]
    if any([folder not in by_folder for folder in folders]):
        return struct(missing = [], found = [])

    # There the linker of macOS looks without being told, and here clang tells it to.
    libraries = [sysroot + "/usr/lib" for sysroot in _values(arguments, _SYSROOT)]
    resources = [directory + "/lib/" for directory in _values(arguments, _RESOURCES)]
    folders.extend([
        folder
        for folder in by_folder
        if folder in libraries or any([folder.startswith(directory) for directory in resources])
    ])
    basenames = {basename: None for folder in folders for basename in by_folder[folder]}
    return struct(
        missing = [name for name in names if not _is_found(name, basenames)],
        found = sorted({name: None for name in [_library_name(basename) for basename in basenames] if name}),
    )

def _known_libraries_impl(target, ctx):
    # What a library names may lie where only the program says.
    if ctx.rule.kind == "cc_library":
        return []
    is_windows = ctx.target_platform_has_constraint(ctx.attr._windows[platform_common.ConstraintValueInfo])
    for action in target.actions:
        search = _search(action) if action.mnemonic == "CppLink" else None
        if not search or not search.missing:
            continue
        labelled = {name: group["platforms"] for group in WINDOWS_LIBRARIES for name in group["names"]} if is_windows else {}
        fail("the link of {} for {} names libraries that it does not find.\n{}\nBy -l it finds {}.{}".format(
            str(ctx.label).removeprefix("@@"),
            find_cc_toolchain(ctx, mandatory = False).target_gnu_system_name,
            "\n".join([_describe(name, _owners(ctx, name), search.found, labelled) for name in search.missing]),
            ", ".join(search.found),
            "\n`bazel query 'kind(_system_library, @xllvm//windows:all)'` lists those with a label." if labelled else "",
        ))
    return []

known_libraries = aspect(
    implementation = _known_libraries_impl,
    doc = """Fails the analysis where a link names, by `-l`, a library that it will not find, before anything is built.

The message says what there is: what this link finds, the libraries of the system that have a label, and the nearest
names. Without the check lld says the name alone (`unable to find library -lfoo`).
""",
    attr_aspects = ["data", "deps", "dynamic_deps", "srcs"],
    attrs = {"_windows": attr.label(default = "@platforms//os:windows")},
    toolchains = use_cc_toolchain(mandatory = False),
)
