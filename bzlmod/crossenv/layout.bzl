"""Where things lie in a crossenv: the places in which clang looks below a sysroot."""

load("//bzlmod/runtimes:tree.bzl", "tree_of")

visibility("//bzlmod/crossenv")

def _layout(include, lib):
    return struct(include = include, cxx_include = include + "/c++/v1", lib = lib)

def _unix(_triple):
    return _layout("usr/include", "usr/lib")

def _elf(triple):
    # clang's driver for what has no operating system (BareMetal).
    return _layout("include", "lib") if "-none-" in triple else _unix(triple)

def _coff(triple):
    folder = triple.split("-")[0] + "-w64-mingw32"
    return _layout(folder + "/include", folder + "/lib")

def _wasm(triple):
    # Of wasm32-unknown-wasip1, clang looks for wasm32-wasip1, and of wasm32-unknown-wasip1-threads for wasm32-wasip1-threads.
    architecture, _vendor, system = triple.split("-", 2)
    folder = "{}-{}".format(architecture, system)
    return _layout("include/" + folder, "lib/" + folder)

_LAYOUTS = {"coff": _coff, "elf": _elf, "macho": _unix, "spirv": _unix, "wasm": _wasm}

def layout_for(target):
    """Returns a struct of the folders (strings, relative to the crossenv) for headers, C++ headers and libraries.

    Args:
      target: A struct of object_format and triple; clang's driver for the format looks there.
    """
    return _LAYOUTS[target.object_format](target.triple)

def resource_directory(seed):
    """Returns the folder of clang's resource directory: in a crossenv it is where it is in the seed, `lib/clang/22`."""
    return "/".join(seed.resource_directory.split("/")[-3:])

def _below(path, directory):
    """The path relative to the directory, or None where it does not lie below it."""
    return path[len(directory) + 1:] if path.startswith(directory + "/") else None

def _place_headers(entries, includes, destination):
    """Merges include directories: what comes first in the search order is what a compilation would find."""
    for info in includes:
        for directory in info.directories:
            for header in info.headers.to_list():
                relative = _below(header.path, directory)
                if relative:
                    entries.setdefault("{}/{}".format(destination, relative), header)
        for directory in info.frameworks:
            # Below a sysroot they are where an SDK has them: in its repository.
            place = directory.split("/", 2)[2]
            for header in info.headers.to_list():
                relative = _below(header.path, directory)
                if relative:
                    entries.setdefault("{}/{}".format(place, relative), header)

def place_files(target, seed):
    """Tells where each file of a target belongs.

    Args:
      target: The struct of a crossenv_target.
      seed: A SeedInfo.

    Returns:
      Dict: path in the crossenv → File. Fails when two different link files claim one place.
    """
    layout = layout_for(target)
    resource = resource_directory(seed)
    entries = {}
    _place_headers(entries, target.cxx_includes, layout.cxx_include)
    _place_headers(entries, target.c_includes, layout.include)
    for header in seed.resource_headers.to_list():
        entries["{}/{}".format(resource, _below(header.path, seed.resource_directory))] = header
    places = {"lib": layout.lib + "/", "resource": resource + "/", "sysroot": ""}
    for file in target.link_files.to_list():
        top, _, rest = _below(file.path, tree_of([file])).partition("/")
        path = places[top] + rest
        if entries.setdefault(path, file) != file:
            fail("{} and {} are both {} in the crossenv.".format(file.short_path, entries[path].short_path, path))
    return entries
