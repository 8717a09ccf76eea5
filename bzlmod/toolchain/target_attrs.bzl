"""The attributes that describe a target, of every rule that is told about one."""

load("//bzlmod/runtimes:include_dirs.bzl", "IncludeDirsInfo")
load("//bzlmod/toolchain:linkers.bzl", "LINK_MODES")

visibility("//bzlmod/...")

TARGET_ATTRS = {
    "c_includes": attr.label_list(providers = [IncludeDirsInfo], doc = "Public headers for C and C++, in search order."),
    "compile_flags": attr.string_list(doc = "Flags of every compilation."),
    "cpu": attr.string(mandatory = True, doc = "This module's name of the CPU."),
    "cxx_includes": attr.label_list(providers = [IncludeDirsInfo], doc = "Public headers for C++ alone, in search order."),
    "flags": attr.string_list(doc = "Flags of every compilation and link."),
    "libc": attr.string(mandatory = True, doc = "The libc and its version, as `<runtime>_<version>`; the ABI where there is none."),
    "link_flags": attr.string_list(doc = "Flags of every link."),
    "link_mode": attr.string(mandatory = True, values = LINK_MODES, doc = "How executables are linked."),
    "loader": attr.string(doc = "Path of the dynamic loader on the machines that programs are for, where the compiler takes it to be elsewhere."),
    "object_format": attr.string(mandatory = True, doc = "`elf`, …: chooses the linker."),
    "platform_name": attr.string(mandatory = True, doc = "Name of the platform, for messages."),
    "static_platform": attr.string(doc = "For messages: the platform of the same machine whose programs are static, where this one's are not."),
    "triple": attr.string(mandatory = True, doc = "LLVM target triple."),
}
