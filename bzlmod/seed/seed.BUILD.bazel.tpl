load("{seed_bzl}", "compiler_seed_tools")

package(default_visibility = ["//visibility:public"])

exports_files(glob(["bin/*"]))

filegroup(
    name = "resource_headers",
    srcs = glob(["lib/clang/{major}/include/**"]),
)

# What the tools load; nothing where they are static.
filegroup(
    name = "libraries",
    srcs = {libraries},
)

filegroup(
    name = "compiler",
    srcs = [
        "bin/clang{suffix}",
        "bin/clang++{suffix}",
        ":libraries",
    ],
)

filegroup(
    name = "linker_files",
    srcs = [
        "bin/clang++{suffix}",
        ":libraries",
    ] + glob(
        [
            "bin/*ld{suffix}",
            "bin/*lld{suffix}",
        ],
        allow_empty = True,
    ),
)

filegroup(
    name = "binary_tools",
    srcs = glob(["bin/llvm-*"]) + [":libraries"],
)

compiler_seed_tools(
    name = "seed",
    executable_suffix = "{suffix}",
    libraries = [":libraries"],
    links = {links},
    os = "{os}",
    resource_directory = "lib/clang/{major}",
    resource_headers = [":resource_headers"],
    tools = glob(
        ["bin/*"],
        exclude = {libraries},
    ),
)
