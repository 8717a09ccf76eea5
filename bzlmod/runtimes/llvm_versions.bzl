"""Versions of LLVM: which compiler and which of its runtimes a platform gets.

A platform asks for one by a constraint value of //constraints/llvm; no toolchain names them, so that one serves them
all, and execution platforms are chosen as if there were one. What a toolchain stands for is an alias that selects by
the constraint: so nothing of another version is analysed or fetched. docs/llvm-versions.md tells how they are used.
"""

load("//toolchains:llvm_versions.bzl", "LLVM_VERSIONS")

visibility("//bzlmod/...")

# What a platform gets that names none.
DEFAULT_LLVM = LLVM_VERSIONS.keys()[0]

# The others.
FURTHER_LLVMS = LLVM_VERSIONS.keys()[1:]

def with_llvm_version(name, version):
    """Returns the name of what is made for each version of LLVM, at one of them: of the default, the name itself."""
    return name + LLVM_VERSIONS[version]

def by_llvm_version(asker, choose):
    """A value that depends on the version of LLVM that the platform asks for.

    Args:
      asker: What asks, for messages: the name of a platform or of a host.
      choose: Function: version → value.

    Returns:
      A select().
    """
    return select({
        "//constraints/llvm:default": choose(DEFAULT_LLVM),
    } | {
        "//constraints/llvm:" + version: choose(version)
        for version in LLVM_VERSIONS
    }, no_match_error = "{}: there is no LLVM of the version that the platform asks for by a constraint of //constraints/llvm. There {} {}.".format(
        asker,
        "is" if len(LLVM_VERSIONS) == 1 else "are",
        ", ".join(LLVM_VERSIONS.keys()),
    ))
