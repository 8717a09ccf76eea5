"""clang's configuration files: the target's flags, with paths that are relative to the file itself (`<CFGDIR>`).

clang reads `clang.cfg`, or `clang++.cfg` when it is called as a C++ compiler, in the folder of its own executable: bin/,
and the crossenv's own folder, where a copy that follows links makes executables of the wrappers. A clang that finds no
such file compiles for the machine that it runs on, and says nothing. Any other clang reads the same files when
`--config` names them. An argument after `$` stands at the end of the command line,
and only of a link: an archive there serves the objects before it. What clang takes for an input of the linker has to
be one of those: else a mere `clang -v` would have an input, and link.
"""

load("//bzlmod/crossenv:layout.bzl", "layout_for", "resource_directory")
load("//bzlmod/toolchain:flags.bzl", "base_flags", "compile_flags", "executable_flags", "link_flags")
load("//bzlmod/toolchain:linkers.bzl", "linker_for")

visibility("//bzlmod/crossenv")

# Folders with a name of clang's in them → the crossenv, as seen from a configuration file there.
_ROOTS = {"": "<CFGDIR>", "bin/": "<CFGDIR>/.."}

def _quote(argument):
    """An argument as configuration files spell it: as in a response file of GNU's tools."""
    return argument.replace("\\", "\\\\").replace("\"", "\\\"").replace(" ", "\\ ")

def _is_linker_input(flag):
    return flag.startswith("-Wl,") or flag.startswith("-l")

def _place(flag):
    return "$" + flag if _is_linker_input(flag) else flag

def _library(basename):
    """The `-l` argument of an archive or shared library."""
    return "-l" + basename.removeprefix("lib").rpartition(".")[0]

def _texts(target, seed, root):
    """The texts of the files that lie in one folder: a dict, name → text."""
    layout = layout_for(target)
    linker = linker_for(target)
    mode = linker.modes[target.link_mode]

    # By this very name: lld takes it for the kind of linker to be.
    linker_path = "{}/bin/{}{}".format(root, linker.tool, seed.executable_suffix)

    # Neither include nor library directories: clang finds those below the sysroot, after the ones that users name,
    # and leaves them out when told so (-nostdinc, -nostdlib).
    both = base_flags(target, root) + [flag + root for flag in linker.sysroot] + [
        "-resource-dir={}/{}".format(root, resource_directory(seed)),
    ] + compile_flags(target) + mode.compile + link_flags(target, linker, linker_path)

    # Without a path, the driver takes the one beside its executable, or on PATH.
    both += [] if linker.takes_path else ["-fuse-ld=" + linker_path]

    # Position-independent executables are what clang makes by itself; said expressly, -pie would contradict -shared.
    both += [flag for flag in executable_flags(mode, target) if flag != "-pie"]

    # Of C++ alone, whatever clang is called as: build systems, Python's older setuptools among them, compile C++ by the C compiler's name.
    # As with any compiler, the name decides which libraries are linked.
    both += ["-stdlib++-isystem", "{}/{}".format(root, layout.cxx_include)]
    cxx_libraries = [_library(name) for name in target.cxx_libraries]
    return {
        name: "".join([_quote(_place(argument)) + "\n" for argument in arguments])
        for name, arguments in {
            "clang.cfg": both + target.link_flags,
            "clang-cpp.cfg": both + target.link_flags,
            "clang++.cfg": both + cxx_libraries + target.link_flags,
        }.items()
    }

def write_configuration(target, seed):
    """Writes the texts of the configuration files.

    Args:
      target: The struct of a crossenv_target.
      seed: A SeedInfo.

    Returns:
      Dict: path in the crossenv → text.
    """
    return {
        folder + name: text
        for folder, root in _ROOTS.items()
        for name, text in _texts(target, seed, root).items()
    }
