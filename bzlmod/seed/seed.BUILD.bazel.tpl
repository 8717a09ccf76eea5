load("{seed_bzl}", "compiler_seed_tools")

package(default_visibility = ["//visibility:public"])

exports_files(glob(["bin/*"]))

filegroup(
    name = "resource_headers",
    srcs = glob(["lib/clang/{major}/include/**"]),
)

filegroup(
    name = "linker_files",
    srcs = ["bin/clang++{suffix}"] + glob(
        [
            "bin/*ld{suffix}",
            "bin/*lld{suffix}",
        ],
        allow_empty = True,
    ),
)

filegroup(
    name = "binary_tools",
    srcs = glob(["bin/llvm-*"]),
)

compiler_seed_tools(
    name = "seed",
    executable_suffix = "{suffix}",
    links = {links},
    resource_directory = "lib/clang/{major}",
    resource_headers = [":resource_headers"],
    tools = glob(["bin/*"]),
)
