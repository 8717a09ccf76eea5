"""The toolchain of a platform as one folder that works outside Bazel, wherever it is moved."""

load("//bzlmod/crossenv:configuration.bzl", "write_configuration")
load("//bzlmod/crossenv:layout.bzl", "place_files")
load("//bzlmod/crossenv:pack.bzl", "copy_files", "write_tar_zst")
load("//bzlmod/crossenv:target.bzl", "CROSSENV_TOOLCHAIN_TYPE")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "seed_tool")
load("//bzlmod/toolchain:linkers.bzl", "linker_for")

visibility("//")

# What build systems call a tool, after a triple and a hyphen → what it is called in the seed.
_TOOLS = {
    "ar": "llvm-ar",
    "c++": "clang++",
    "cc": "clang",
    "clang": "clang",
    "clang++": "clang++",
    "dlltool": "llvm-dlltool",
    "g++": "clang++",
    "gcc": "clang",
    "nm": "llvm-nm",
    "objcopy": "llvm-objcopy",
    "objdump": "llvm-objdump",
    "ranlib": "llvm-ranlib",
    "readelf": "llvm-readelf",
    "strip": "llvm-strip",
    "windres": "llvm-windres",
}

def _plan_tools(target, seed):
    """Names of the tools in bin/: what is a file (name → seed's File) and what a link to one (name → name)."""
    linker = linker_for(target).tool
    suffix = seed.executable_suffix
    names = {name: name for name in _TOOLS.values() + [linker]}

    # lld takes a part of the name that it is called by for the kind of linker to be: `ld` is ELF's, `wasm-ld` WebAssembly's.
    tools = _TOOLS | {linker.removesuffix(".lld"): linker}
    for prefix in [target.triple] + target.tool_prefixes:
        names |= {"{}-{}".format(prefix, name): tool for name, tool in tools.items()}
    files = {}
    links = {}
    for name, tool in names.items():
        program = seed.links.get(tool, tool)
        files[program + suffix] = seed_tool(seed, program)
        if name != program:
            links[name + suffix] = program + suffix
    return files, links

def _declare_link(ctx, seed, folder_name, path, link, places):
    """Declares a link to a file of the crossenv.

    Where Windows does not let Bazel make links, Bazel copies what they lead to: then it has to know the file.
    """
    name = "{}/{}".format(folder_name, path)
    if seed.executable_suffix:
        output = ctx.actions.declare_file(name)
        folder = path.rpartition("/")[0]
        ctx.actions.symlink(output = output, target_file = places[folder + "/" + link if folder else link])
    else:
        output = ctx.actions.declare_symlink(name)
        ctx.actions.symlink(output = output, target_path = link)
    return output

def _crossenv_impl(ctx):
    seed = ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed
    target = ctx.toolchains[CROSSENV_TOOLCHAIN_TYPE].target
    root = ctx.label.name

    # Platforms share Bazel's output directory, and Bazel leaves there what a build for another one has made. No more than that is
    # in the name: with those of the C++ library's headers below it, it comes close to what Windows takes for a path.
    folder_name = target.folder
    suffix = seed.executable_suffix

    texts = {}
    for path, text in write_configuration(target, seed).items():
        texts[path] = ctx.actions.declare_file("{}/{}".format(folder_name, path))
        ctx.actions.write(texts[path], text)
    files = place_files(target, seed)
    programs, program_links = _plan_tools(target, seed)
    executables = {"bin/" + path: file for path, file in programs.items()}
    links = {"bin/" + path: link for path, link in program_links.items()} | {
        # To the program itself: some unpackers refuse links to links. clang tells C++ by the name that it is called by.
        "{}-wrapper{}".format(name, suffix): "bin/{}{}".format(seed.links.get(name, name), suffix)
        for name in ["clang", "clang++"]
    }

    places = {path: ctx.actions.declare_file("{}/{}".format(folder_name, path)) for path in files | executables}
    copies = {places[path]: file for path, file in (files | executables).items()}
    copy_files(ctx, seed, root + ".copies", copies)
    symlinks = [ctx.actions.declare_symlink(root)]
    ctx.actions.symlink(output = symlinks[0], target_path = folder_name)
    for path, link in links.items():
        symlinks.append(_declare_link(ctx, seed, folder_name, path, link, places))
    archive = ctx.actions.declare_file(root + ".tar.zst")
    write_tar_zst(
        ctx,
        seed,
        archive,
        {"{}/{}".format(root, path): file for path, file in (files | texts).items()},
        {"{}/{}".format(root, path): file for path, file in executables.items()},
        {"{}/{}".format(root, path): link for path, link in links.items()},
    )
    folder = depset(copies.keys() + texts.values() + symlinks)
    return [
        DefaultInfo(files = depset([archive], transitive = [folder])),
        OutputGroupInfo(archive = depset([archive]), folder = folder),
    ]

crossenv = rule(
    implementation = _crossenv_impl,
    doc = """The toolchain of the platform as a folder, to which a link of the rule's name leads, and as a .tar.zst of it.

The output groups `folder` and `archive` hold one of them alone.""",
    toolchains = [SEED_TOOLCHAIN_TYPE, CROSSENV_TOOLCHAIN_TYPE],
)
