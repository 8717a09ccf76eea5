"""The toolchain's module map, which Bazel's module maps of libraries all use: it makes the system's headers everybody's.

With `layering_check` clang refuses a header that is in no module which the library uses. Listing the two thousand headers
of a C++ library would cost each compilation the time to read the list, so the map names their folders.
"""

load("//bzlmod/runtimes:include_dirs.bzl", "IncludeDirsInfo")
load("//bzlmod/seed:seed.bzl", "SeedInfo")

visibility("//bzlmod/toolchain")

# A module has one folder; the modules in it are used by who uses it.
_MODULE = """    module "{name}" {{
        umbrella "{directory}"
    }}
"""

def _system_module_map_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name + ".modulemap")
    directories = {
        directory: None
        for target in ctx.attr.includes
        for directory in target[IncludeDirsInfo].directories
    } | {ctx.attr.seed[SeedInfo].resource_directory + "/include": None}

    # Paths are relative to the map.
    root = "../" * output.dirname.count("/") + "../"
    modules = [_MODULE.format(name = index, directory = root + directory) for index, directory in enumerate(directories)]
    ctx.actions.write(output, "module \"crosstool\" [system] {\n" + "".join(modules) + "}\n")
    return [DefaultInfo(files = depset([output]))]

system_module_map = rule(
    implementation = _system_module_map_impl,
    doc = "Writes the module map of a target's public headers and the compiler's own.",
    attrs = {
        "includes": attr.label_list(providers = [IncludeDirsInfo], doc = "Public headers for C and C++."),
        "seed": attr.label(mandatory = True, providers = [SeedInfo], doc = "The compiler seed of the host."),
    },
)
