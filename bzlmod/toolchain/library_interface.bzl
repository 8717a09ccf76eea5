"""Links against what a shared library offers, and not against the library: a change inside of it relinks nothing.

Bazel has interface libraries of its own (the feature `supports_interface_shared_libraries`). For them it runs the linker from a
shell script that calls a second tool, or asks a toolchain for a program that does so, which would have to be built before the
toolchain that links it. Here the second tool is an action of a rule that comes between the library and what links it.
"""

load("@rules_cc//cc:find_cc_toolchain.bzl", "use_cc_toolchain")
load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_shared_library_info.bzl", "CcSharedLibraryInfo")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "run_seed_tool")
load("//bzlmod/toolchain:configured.bzl", "configured_toolchain")

# defs.bzl loads it.
visibility("public")

def _library_interface_impl(ctx):
    info = ctx.attr.library[CcSharedLibraryInfo]
    library = info.linker_input.libraries[0]
    if library.interface_library:
        fail("{}: {} has an import library already, since the platform's linker makes one. Name it as it is.".format(ctx.label, ctx.attr.library.label))
    cc_toolchain, features = configured_toolchain(ctx)
    shared = library.resolved_symlink_dynamic_library or library.dynamic_library
    interface = ctx.actions.declare_file("_interfaces/{}/{}.ifso".format(ctx.label.name, shared.basename.partition(".so")[0]))
    args = ctx.actions.args()
    args.add("--input-format=ELF")
    args.add(interface, format = "--output-elf=%s")

    # What the library itself takes of others is no part of what it offers.
    args.add_all(["--strip-undefined", "--strip-needed"])
    args.add(shared)
    run_seed_tool(
        ctx,
        ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed,
        "llvm-ifs",
        arguments = [args],
        inputs = [shared],
        outputs = [interface],
        mnemonic = "LibraryInterface",
        progress_message = "Taking the interface of %{input}",
    )

    # A program looks for a library in the folder of the link to what it was linked with. So the interface's link is beside the
    # library's, which the library's own runfiles have: `<outputs>/_solib_<cpu>/<folder>/<library>`.
    folder = library.dynamic_library.dirname.partition("/_solib_")[2].partition("/")[2]
    linked = cc_common.create_library_to_link(
        actions = ctx.actions,
        cc_toolchain = cc_toolchain,
        dynamic_library = shared,
        dynamic_library_symlink_path = "{}/{}".format(folder, shared.basename),
        feature_configuration = features,
        interface_library = interface,
        interface_library_symlink_path = "{}/{}.ifso".format(folder, ctx.label.name),
    )
    return [
        DefaultInfo(files = depset([interface]), runfiles = ctx.attr.library[DefaultInfo].default_runfiles),
        CcSharedLibraryInfo(
            dynamic_deps = info.dynamic_deps,
            exports = info.exports,
            link_once_static_libs = info.link_once_static_libs,
            linker_input = cc_common.create_linker_input(
                libraries = depset([linked]),
                owner = info.linker_input.owner,
                user_link_flags = depset(info.linker_input.user_link_flags),
            ),
        ),
    ]

library_interface = rule(
    implementation = _library_interface_impl,
    doc = """Stands for a `cc_shared_library` among `dynamic_deps`: links take its interface, programs are run with the library.

    cc_shared_library(name = "engine", deps = [":engine_code"])

    library_interface(name = "engine_interface", library = ":engine")

    cc_binary(name = "app", srcs = ["app.cc"], dynamic_deps = [":engine_interface"], deps = [":engine_code"])

The interface is the library's names, types and sizes (`.ifso`, made by llvm-ifs), so that `app` is linked anew only when those change.
ELF alone has it: where the linker makes an import library, as for Windows, links take that one by themselves.""",
    attrs = {"library": attr.label(mandatory = True, providers = [CcSharedLibraryInfo], doc = "A cc_shared_library.")},
    fragments = ["cpp"],
    provides = [CcSharedLibraryInfo],
    toolchains = use_cc_toolchain() + [SEED_TOOLCHAIN_TYPE],
)
