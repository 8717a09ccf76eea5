"""The C++ runtime for links in Bazel's dynamic mode, where the target has it as archives alone.

`linkstatic = False`, the default of cc_test, is the dynamic mode on every platform: Bazel chooses it by the rule
(_get_link_staticness in cc_binary.bzl) and asks no toolchain whether it has shared libraries. The C++ runtime then comes from
the toolchain's `dynamic_runtime_lib`, in a folder of Bazel's, and of that only files that are called like shared
libraries (get_cc_toolchain_provider in cc_toolchain_provider_helper.bzl). Two things follow, and both are mended here:

  * A target that links statically needs its archives under such names. The linker tells an archive by its content,
    whatever its name: `archives_by_other_names`.
  * The archives' own names, by which a user may ask for them (-lc++, -lstdc++), are not in any folder that is searched.
    What they mean is linked already, so archives without members stand in for them, in a folder that is searched
    last: `stand_ins`.
"""

load("//bzlmod/runtimes:built_once.bzl", "built_once")
load("//bzlmod/runtimes:on_request.bzl", "on_request")
load("//bzlmod/runtimes:products.bzl", "empty_archives")

visibility("//bzlmod/...")

# Folder of the stand-ins in the target's tree.
STAND_INS = "lib/linked_anyway"

def stand_ins(name, archives, llvm, micro_architectures):
    """Declares archives without members.

    Args:
      name: Name of the target.
      archives: Paths of the C++ runtime's archives in the target's tree.
      llvm: Version of LLVM.
      micro_architectures: For each of these there are further ones, which lie beside its runtimes.
    """
    empty_archives(
        name = name + ".archives",
        outs = [STAND_INS + "/" + archive.split("/")[-1] for archive in archives],
    )
    built_once(name = name, srcs = [":{}.archives".format(name)], llvm = llvm, micro_architectures = micro_architectures)

def _archives_by_other_names_impl(ctx):
    links = []
    for archive in ctx.files.archives:
        link = ctx.actions.declare_file("{}/{}.so.0".format(ctx.label.name, archive.basename.removesuffix(".a")))
        ctx.actions.symlink(output = link, target_file = archive)
        links.append(link)
    return [DefaultInfo(files = depset(links))]

_archives_by_other_names = rule(
    implementation = _archives_by_other_names_impl,
    doc = "Links to archives, under names of shared libraries.",
    attrs = {"archives": attr.label(mandatory = True, doc = "The C++ runtime's archives.")},
)

archives_by_other_names = on_request(_archives_by_other_names)
