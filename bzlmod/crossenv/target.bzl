"""What a target is made of, for use outside Bazel."""

load("//bzlmod/runtimes:include_dirs.bzl", "IncludeDirsInfo")
load("//bzlmod/toolchain:target_attrs.bzl", "TARGET_ATTRS")

visibility("//bzlmod/...")

CROSSENV_TOOLCHAIN_TYPE = Label("//bzlmod/crossenv:toolchain_type")

def _crossenv_target_impl(ctx):
    return [platform_common.ToolchainInfo(target = struct(
        c_includes = [target[IncludeDirsInfo] for target in ctx.attr.c_includes],
        compile_flags = ctx.attr.compile_flags,
        cxx_includes = [target[IncludeDirsInfo] for target in ctx.attr.cxx_includes],
        cxx_libraries = [file.basename for file in ctx.files.cxx_link_files],
        flags = ctx.attr.flags,
        folder = ctx.attr.folder,
        link_files = depset(ctx.files.link_files + ctx.files.cxx_link_files),
        link_flags = ctx.attr.link_flags,
        link_mode = ctx.attr.link_mode,
        loader = ctx.attr.loader,
        object_format = ctx.attr.object_format,
        platform_name = ctx.attr.platform_name,
        tool_prefixes = ctx.attr.tool_prefixes,
        triple = ctx.attr.triple,
    ))]

crossenv_target = rule(
    implementation = _crossenv_target_impl,
    doc = "Describes a target to //:crossenv. The attributes are those of `toolchain_config`, and mean the same.",
    attrs = TARGET_ATTRS | {
        "cxx_link_files": attr.label(doc = "Archives of links with C++, in link order."),
        "folder": attr.string(mandatory = True, doc = "What the folder is called: the name of its platform, the version of its libc, and that of LLVM where it is not the default."),
        "link_files": attr.label_list(doc = "Start files, archives and resource directory, of all link modes."),
        "tool_prefixes": attr.string_list(doc = "Triples that build systems put before the names of tools; the target's own is always there."),
    },
)
