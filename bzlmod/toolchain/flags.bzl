"""The flags that aim a compiler at a target, wherever it is called: by Bazel, or by hand in a crossenv.

What differs between the two is where files lie, and that is said by each of them: config.bzl for Bazel's actions,
crossenv/configuration.bzl for clang's configuration files. What the flags are is said here, once.
"""

load("//bzlmod/toolchain:linkers.bzl", "no_links")

visibility("//bzlmod/...")

# The same source gives the same bytes, whenever and wherever it is compiled.
_REPRODUCIBLE = [
    "-Wno-builtin-macro-redefined",
    "-D__DATE__=\"redacted\"",
    "-D__TIME__=\"redacted\"",
    "-D__TIMESTAMP__=\"redacted\"",
    "-ffile-compilation-dir=.",
]

# Compilations have to know as well: for AArch64, clang then calls functions of the builtins for atomic operations, which
# choose the best instructions that the processor has. For other architectures a compilation has no use for it.
_RUNTIME_LIBRARY = ["--start-no-unused-arguments", "-rtlib=compiler-rt", "--end-no-unused-arguments"]

# The C++ runtime is linked by Bazel's hand. Drivers for targets that know no unwinder have no use for the second.
_NO_CXX_RUNTIME = ["--start-no-unused-arguments", "-nostdlib++", "--unwindlib=none", "--end-no-unused-arguments"]

def base_flags(target, sysroot):
    """Returns the flags of every compilation and link.

    Args:
      target: A struct of triple (string) and flags (list of strings).
      sysroot: Where clang looks for what it is not told about.
    """
    return ["--target=" + target.triple, "--sysroot=" + sysroot] + _RUNTIME_LIBRARY + target.flags

def compile_flags(target):
    """Returns the flags of every compilation, after the base flags.

    Args:
      target: A struct of compile_flags (list of strings).
    """
    return _REPRODUCIBLE + target.compile_flags

def link_flags(target, linker, linker_path):
    """Returns the flags of every link, after the base flags.

    A target's own link_flags are not among them: they name libraries, and come after all objects and other libraries.

    Where nothing is linked, clang would call the machine's GCC for it, or itself, without end, where it goes by that name in a crossenv. The
    linker that it calls instead fails for the argument, and prints it; so does spirv-link, where a machine has that.

    Args:
      target: A struct of link_mode and platform_name.
      linker: What linker_for of linkers.bzl says of the target.
      linker_path: Path of the linker.
    """
    why_not = no_links(target)
    if why_not:
        return ["-ccc-gcc-name", linker.tool, "-Wl,--" + why_not]
    path = ["--ld-path=" + linker_path] if linker.takes_path else []
    return path + _NO_CXX_RUNTIME + linker.flags

def executable_flags(mode, target):
    """Returns the flags of links of executables, after those of every link.

    Args:
      mode: What the linker's `modes` say of the target's link mode.
      target: A struct of link_mode and loader (strings; the latter is empty where the compiler knows the loader).
    """
    has_loader = target.link_mode == "dynamic" and target.loader
    return mode.executable + (["-Wl,--dynamic-linker=" + target.loader] if has_loader else [])
