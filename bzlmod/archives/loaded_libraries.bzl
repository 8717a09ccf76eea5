"""The shared libraries of LLVM that an installed tool loads, found where the machine's loader finds them.

A tool's file names the libraries that it needs, and often folders to search (`$ORIGIN/../lib`, or absolute ones). So the
rule reads the file, as the loader does, and starts no program. Libraries of the operating system are not among them: a
loader and its libc belong together.
"""

visibility("//bzlmod/archives")

# LLVM's own, by the beginnings of their names.
_OWN = ["libLLVM", "libclang", "liblld", "libLTO"]
_SHARED = [".so", ".dylib", ".dll"]
_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+"

# Bytes before and after a name that hold the folders to search: in ELF files both are in the table of dynamic strings.
_STRINGS = 1 << 16

# Where the loaders of Linux look last.
_SYSTEM_FOLDERS = ["/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"]
_LOADER_CACHE = "/etc/ld.so.cache"

def _positions(text, part):
    found = []
    start = text.find(part)
    for _ in range(len(text)):
        if start < 0:
            break
        found.append(start)
        start = text.find(part, start + 1)
    return found

def _name_at(content, position):
    """The name of a shared library at a position of a file, or None."""
    name = content[position:position + 128].partition("\0")[0]
    if [char for char in name.elems() if char not in _NAME]:
        return None
    return name if [ending for ending in _SHARED if ending in name] else None

def _folders_near(content, position):
    """Absolute folders that the strings around a library's name list."""
    strings = content[max(0, position - _STRINGS):position + _STRINGS].split("\0")
    return [folder for string in strings for folder in string.split(":") if folder.startswith("/")]

def _needed(content):
    """Dict: name of a library of LLVM's that a file names → folders that it says to look in."""
    return {
        name: _folders_near(content, position)
        for beginning in _OWN
        for position in _positions(content, beginning)
        for name in [_name_at(content, position)]
        if name
    }

def _from_loader_cache(rctx, name):
    """The path that the loader's cache has for a library, or None. Its strings end in a zero byte each."""
    if not rctx.path(_LOADER_CACHE).exists:
        return None
    before, found, _ = rctx.read(_LOADER_CACHE).partition("/{}\0".format(name))
    return before[before.rfind("\0") + 1:] + "/" + name if found else None

def _find(rctx, name, folders):
    for folder in folders:
        path = rctx.path("{}/{}".format(folder, name))
        if path.exists:
            return path
    cached = _from_loader_cache(rctx, name)
    if cached and rctx.path(cached).exists:
        return rctx.path(cached)
    for folder in _SYSTEM_FOLDERS:
        path = rctx.path("{}/{}".format(folder, name))
        if path.exists:
            return path
    return None

def loaded_libraries(rctx, root, tools):
    """Finds the libraries of LLVM that tools load.

    Args:
      rctx: The context of a repository rule.
      root: Path object of an LLVM, the folder that holds bin and lib.
      tools: Path objects of tools in its bin.

    Returns:
      Dict: name of a library → its path object. What is not found is left out: a name in a file need not be a library's.
    """
    libraries = {}
    for tool in {str(tool.realpath): tool.realpath for tool in tools}.values():
        for name, folders in _needed(rctx.read(tool)).items():
            path = _find(rctx, name, [str(root.get_child("lib")), str(root.get_child("bin"))] + folders)
            if path:
                libraries.setdefault(name, path)
    return libraries
