"""The compiler seed as a toolchain: what compiles the runtimes, and what the C++ toolchains are made of."""

# Compiler seeds' repositories load it, which no list can name.
visibility("public")

SEED_TOOLCHAIN_TYPE = Label("//bzlmod/seed:toolchain_type")

SeedInfo = provider(
    doc = "The prebuilt compiler and binary tools of one host.",
    fields = {
        "executable_suffix": "`.exe` on Windows, else empty.",
        "libraries": "Depset of the shared libraries that the tools load.",
        "links": "Dict of those tools that are only another name of a tool: name → that tool's name.",
        "os": "The operating system that they run on, as @platforms//os spells it.",
        "resource_directory": "Path of the compiler's resource directory, relative to the execution root.",
        "resource_headers": "Depset of the compiler's own headers.",
        "tools": "Dict of the tools: name without folder or suffix (`clang`, `llvm-ar`) → File.",
    },
)

def _compiler_seed_tools_impl(ctx):
    seed = SeedInfo(
        executable_suffix = ctx.attr.executable_suffix,
        libraries = depset(ctx.files.libraries),
        links = ctx.attr.links,
        os = ctx.attr.os,
        resource_directory = "/".join([part for part in [ctx.label.workspace_root, ctx.attr.resource_directory] if part]),
        resource_headers = depset(ctx.files.resource_headers),
        tools = {file.basename.removesuffix(ctx.attr.executable_suffix): file for file in ctx.files.tools},
    )
    return [
        seed,
        platform_common.ToolchainInfo(seed = seed),
        DefaultInfo(files = depset(ctx.files.tools, transitive = [seed.libraries, seed.resource_headers])),
    ]

compiler_seed_tools = rule(
    implementation = _compiler_seed_tools_impl,
    doc = "Describes the tools in a compiler seed's repository.",
    attrs = {
        "executable_suffix": attr.string(doc = "`.exe` on Windows, else empty."),
        "libraries": attr.label_list(allow_files = True, doc = "Shared libraries that the tools load."),
        "links": attr.string_dict(doc = "Tools that are links to other tools: name → name."),
        "os": attr.string(mandatory = True, doc = "The operating system that the tools run on, as @platforms//os spells it."),
        "resource_directory": attr.string(mandatory = True, doc = "Resource directory, relative to the repository."),
        "resource_headers": attr.label_list(allow_files = True, doc = "All headers of the resource directory."),
        "tools": attr.label_list(allow_files = True, doc = "Executables."),
    },
)

def seed_tool(seed, name):
    """Returns the File of a tool.

    Args:
      seed: A SeedInfo.
      name: The tool's name, as `llvm-ar`. Fails, listing what there is, when the seed lacks it.
    """
    if name not in seed.tools:
        fail("the compiler seed has no {}. It has: {}.".format(name, ", ".join(sorted(seed.tools))))
    return seed.tools[name]

def run_seed_tool(ctx, seed, name, tools = [], **kwargs):
    """Declares an action that runs a tool, with the libraries that it loads among its inputs.

    Args:
      ctx: The context of a rule with the seed toolchain.
      seed: A SeedInfo.
      name: The tool's name, as `llvm-ar`.
      tools: Files of other tools that it starts.
      **kwargs: Further arguments of ctx.actions.run.
    """
    ctx.actions.run(
        executable = seed_tool(seed, name),
        toolchain = SEED_TOOLCHAIN_TYPE,
        tools = depset(tools, transitive = [seed.libraries]),
        **kwargs
    )
