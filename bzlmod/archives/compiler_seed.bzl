"""The compiler seed: the prebuilt clang, lld and binary tools that run on one host."""

load("//bzlmod/archives:loaded_libraries.bzl", "loaded_libraries")
load("//bzlmod/archives:redirects.bzl", "ARCHIVE_ATTRS", "INDEX_VARIABLE", "extract_archive", "path_from", "reproducible")

visibility("//bzlmod/archives")

ROOT_VARIABLE = "XLLVM_LLVM_ROOT"

_OS_NAMES = {"linux": "linux", "mac os x": "macos", "windows": "windows"}
_CPU_NAMES = {"aarch64": "arm64", "amd64": "amd64", "arm64": "arm64", "x86_64": "amd64"}

def _runs_here(rctx):
    """Whether the seed is for the machine that Bazel runs on; only such a seed can be replaced by a local LLVM."""
    os = rctx.os.name.lower()
    for prefix, name in _OS_NAMES.items():
        if os.startswith(prefix):
            os = name
    return rctx.attr.os == os and rctx.attr.architecture == _CPU_NAMES.get(rctx.os.arch, rctx.os.arch)

def _local_root(rctx):
    """The folder of a local LLVM, or None: the environment variable, else the `local_llvm` tag.

    Where there are seeds of several major versions, it takes the place of those that it has the version of.
    """
    if not _runs_here(rctx):
        return None
    named = rctx.getenv(ROOT_VARIABLE) or rctx.attr.local_root
    if not named:
        return None
    root = path_from(rctx, rctx.workspace_root, named)
    found = _majors(_resources(root))
    is_of_another = rctx.attr.major not in found and [major for major in rctx.attr.majors if major in found]
    return None if is_of_another else root

def _resources(root):
    return root.get_child("lib").get_child("clang")

def _majors(clang_directory):
    return [entry.basename for entry in clang_directory.readdir()] if clang_directory.exists else []

def _library_folder(rctx):
    """Where the tools' shared libraries lie: Windows looks beside a program."""
    return "bin" if rctx.attr.os == "windows" else "lib"

def _libraries(rctx):
    """Paths of the shared libraries of a seed."""
    folder = rctx.path(_library_folder(rctx))
    names = [file.basename for file in folder.readdir()] if folder.exists else []
    return sorted(["{}/{}".format(folder.basename, name) for name in names if name.endswith((".dll", ".dylib", ".so")) or ".so." in name])

def _link_local(rctx, root):
    """Links the tools of a local LLVM, its headers and the libraries that the tools load, as an archive has them."""
    resource = _resources(root)
    if not resource.get_child(rctx.attr.major).exists:
        found = ", ".join(sorted(_majors(resource))) or "none"
        fail(("archive {}: the LLVM at {} is not of major version {} (found in {}: {}). Point {} at an LLVM {}, or " +
              "unset it to download the pinned one.").format(
            rctx.attr.archive,
            root,
            rctx.attr.major,
            resource,
            found,
            ROOT_VARIABLE,
            " or ".join(rctx.attr.majors),
        ))
    tools = []
    for tool in rctx.attr.tools:
        source = root.get_child("bin").get_child(tool + rctx.attr.executable_suffix)
        if not source.exists:
            fail("archive {}: the LLVM at {} has no bin/{}. Install the whole of LLVM {} there, with clang and lld.".format(
                rctx.attr.archive,
                root,
                source.basename,
                rctx.attr.major,
            ))
        tools.append(source)
    further = [root.get_child("bin").get_child(tool + rctx.attr.executable_suffix) for tool in rctx.attr.further_tools]
    tools += [source for source in further if source.exists]
    for source in tools:
        rctx.symlink(source, "bin/" + source.basename)
    for name, library in loaded_libraries(rctx, root, tools).items():
        rctx.symlink(library, _library_folder(rctx) + "/" + name)
    rctx.symlink(resource.get_child(rctx.attr.major).get_child("include"), "lib/clang/{}/include".format(rctx.attr.major))

def _find_links(rctx):
    """Tools that are links to one file, under several names: each name → the file's own, or the first of them."""
    suffix = rctx.attr.executable_suffix
    programs = {file.basename.removesuffix(suffix): file.realpath for file in rctx.path("bin").readdir()}
    names = {}
    for name in sorted(programs):
        names.setdefault(str(programs[name]), []).append(name)
    links = {}
    for name, program in programs.items():
        same = names[str(program)]
        own = program.basename.removesuffix(suffix)
        chosen = own if own in same else same[0]
        if name != chosen:
            links[name] = chosen
    return links

def _compiler_seed_impl(rctx):
    root = _local_root(rctx)
    if root:
        _link_local(rctx, root)
    elif not extract_archive(rctx):
        return None
    else:
        clang = rctx.path("bin/clang" + rctx.attr.executable_suffix)
        if not clang.exists or not rctx.path("lib/clang/{}/include".format(rctx.attr.major)).exists:
            fail("archive {}: no bin/{} and lib/clang/{}/include in it; it is not a compiler seed of LLVM {}.".format(
                rctx.attr.archive,
                clang.basename,
                rctx.attr.major,
                rctx.attr.major,
            ))
    rctx.template("BUILD.bazel", rctx.attr._build_file, {
        "{libraries}": json.encode(_libraries(rctx)),
        "{links}": json.encode(_find_links(rctx)),
        "{major}": rctx.attr.major,
        "{os}": rctx.attr.os,
        "{seed_bzl}": str(Label("//bzlmod/seed:seed.bzl")),
        "{suffix}": rctx.attr.executable_suffix,
    }, executable = False)
    return None if root else reproducible(rctx)

compiler_seed = repository_rule(
    implementation = _compiler_seed_impl,
    doc = """Fetches the compiler seed of one host, or links a local LLVM in its place.

XLLVM_LLVM_ROOT (also through --repo_env), or the `local_llvm` tag of the root module, names the root of a local LLVM of
the same major version: the folder that holds bin/clang and lib/clang/<major>. One of the major version of another seed
takes that one's place, and this one is fetched.""",
    attrs = ARCHIVE_ATTRS | {
        "architecture": attr.string(mandatory = True, doc = "The host's CPU, by this module's name of it."),
        "executable_suffix": attr.string(doc = "`.exe` on Windows, else empty."),
        "further_tools": attr.string_list(doc = "Names of tools that a local LLVM may have besides `tools`."),
        "local_root": attr.string(doc = "Root of a local LLVM, absolute or relative to the root module; the environment variable wins."),
        "major": attr.string(mandatory = True, doc = "LLVM's major version."),
        "majors": attr.string_list(mandatory = True, doc = "The major versions of all seeds."),
        "os": attr.string(mandatory = True, doc = "The host's operating system, as @platforms//os spells it."),
        "tools": attr.string_list(mandatory = True, doc = "Names of the tools that a local LLVM must have."),
        "_build_file": attr.label(default = "//bzlmod/seed:seed.BUILD.bazel.tpl", allow_single_file = True),
    },
    environ = [INDEX_VARIABLE, ROOT_VARIABLE],
)
