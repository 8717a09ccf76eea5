"""The C++ runtime's libraries by name, for links that Bazel gives it by other names.

Where linkstatic is False, as it is by default for cc_test, Bazel links the C++ runtime from the toolchain's
`dynamic_runtime_lib`, in a folder and by names of its own; its archives are not there. For who says -lc++ or -lstdc++ all
the same, there are archives without members, in a folder that is searched last.
"""

load("//bzlmod/runtimes:built_once.bzl", "built_once")
load("//bzlmod/runtimes:products.bzl", "empty_archives")

visibility("//bzlmod/...")

# Folder in the target's tree.
LINKED_ANYWAY = "lib/linked_anyway"

def linked_anyway(name, archives):
    """Declares the archives without members.

    Args:
      name: Name of the target.
      archives: Paths of the C++ runtime's archives in the target's tree, as `lib/libc++.a`.
    """
    empty_archives(
        name = name + ".archives",
        outs = [LINKED_ANYWAY + "/" + archive.split("/")[-1] for archive in archives],
    )
    built_once(name = name, srcs = [":{}.archives".format(name)])
