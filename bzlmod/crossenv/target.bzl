"""What a target is made of, for use outside Bazel."""

load("//bzlmod/runtimes:include_dirs.bzl", "IncludeDirsInfo")
load("//bzlmod/toolchain:flags.bzl", "LINK_MODES")

CROSSENV_TOOLCHAIN_TYPE = Label("//bzlmod/crossenv:toolchain_type")

def _crossenv_target_impl(ctx):
    return [platform_common.ToolchainInfo(target = struct(
        c_includes = [target[IncludeDirsInfo] for target in ctx.attr.c_includes],
        compile_flags = ctx.attr.compile_flags,
        cxx_includes = [target[IncludeDirsInfo] for target in ctx.attr.cxx_includes],
        cxx_libraries = [file.basename for file in ctx.files.cxx_link_files],
        flags = ctx.attr.flags,
        link_files = depset(ctx.files.link_files + ctx.files.cxx_link_files),
        link_flags = ctx.attr.link_flags,
        link_mode = ctx.attr.link_mode,
        object_format = ctx.attr.object_format,
        platform_name = ctx.attr.platform_name,
        tool_prefixes = ctx.attr.tool_prefixes,
        triple = ctx.attr.triple,
    ))]

crossenv_target = rule(
    implementation = _crossenv_target_impl,
    doc = "Describes a target to //:crossenv. The attributes are those of `toolchain_config`, and mean the same.",
    attrs = {
        "abi": attr.string(mandatory = True, doc = "The libc's name, as `musl`."),
        "c_includes": attr.label_list(providers = [IncludeDirsInfo], doc = "Public headers for C and C++, in search order."),
        "compile_flags": attr.string_list(doc = "Flags of every compilation."),
        "cpu": attr.string(mandatory = True, doc = "This module's name of the CPU."),
        "cxx_includes": attr.label_list(providers = [IncludeDirsInfo], doc = "Public headers for C++ alone, in search order."),
        "cxx_link_files": attr.label(doc = "Archives of links with C++, in link order."),
        "flags": attr.string_list(doc = "Flags of every compilation and link."),
        "link_files": attr.label_list(doc = "Start files, archives and resource directory, of all link modes."),
        "link_flags": attr.string_list(doc = "Flags of every link."),
        "link_mode": attr.string(mandatory = True, values = LINK_MODES.keys(), doc = "How executables are linked."),
        "object_format": attr.string(mandatory = True, doc = "`elf`, …: chooses the linker."),
        "platform_name": attr.string(mandatory = True, doc = "Name of the platform, for messages."),
        "tool_prefixes": attr.string_list(doc = "Triples that build systems put before the names of tools; the target's own is always there."),
        "triple": attr.string(mandatory = True, doc = "LLVM target triple."),
    },
)
