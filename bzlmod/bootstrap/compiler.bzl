"""The compiler as libraries and programs of Bazel's: what the overlay of LLVM's sources calls.

Everything is compiled by the C++ toolchain of the platform that it is built for, so that it can have all that programs can: sanitizers,
profiles, LTO.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load("//bzlmod/bootstrap:backends.bzl", "backend_condition")
load("//bzlmod/bootstrap:configured_header.bzl", "configured_header")
load("//bzlmod/bootstrap:table.bzl", "table")

# The overlay loads it, which no list can name.
visibility("public")

# Folders of public headers, each with what its sources are preceded by in paths; those of later ones include those before.
_PUBLIC = {
    "llvm_headers": "llvm/include",
    "clang_headers": "clang/include",
    "lld_headers": "lld/include",
}

_HEADERS = ["h", "def", "inc"]

def _is_cxx(source):
    return source.endswith(".cpp")

def _root():
    return native.package_relative_label("root").workspace_root

def _include_flags(folders):
    """Flags that search folders of the sources, and what is made beside them."""
    return [
        "-I{}{}/{}".format(place, _root(), folder)
        for folder in folders
        for place in ["", "$(BINDIR)/"]
    ]

def _header_patterns(folders):
    return ["{}/**/*.{}".format(folder, suffix) for folder in folders for suffix in _HEADERS]

def _declare_headers(texts, hosts, host_texts):
    """Declares the headers of each public folder as a library of its name; returns the paths of others that configuring writes."""
    of_hosts = {path: None for of_host in host_texts.values() for path in of_host}
    for path in texts.keys() + of_hosts.keys():
        configured_header(
            name = "text/" + path,
            out = path,
            text = texts.get(path) or _by_cpu(hosts, {host: of_host[path] for host, of_host in host_texts.items()}, None),
        )
    written = texts.keys() + of_hosts.keys()
    for name, folder in _PUBLIC.items():
        cc_library(
            name = name,
            hdrs = [":" + path for path in written if path.startswith(folder + "/")],
            includes = [folder],
            textual_hdrs = native.glob(_header_patterns([folder]), exclude = ["**/CMakeLists.txt"]),
        )
    return [path for path in written if not [folder for folder in _PUBLIC.values() if path.startswith(folder + "/")]]

def _declare_tables(tables):
    """Declares a library of headers for each group of tables, `table/<group>`."""
    folders = {}
    for group in tables.values():
        for row in group["tables"]:
            folders |= {folder: None for folder in row.get("include", []) + [row["source"].rpartition("/")[0]]}
    for folder in folders:
        native.filegroup(name = "descriptions/" + folder, srcs = native.glob([folder + "/**/*.td"]))
    for name, group in tables.items():
        for row in group["tables"]:
            descriptions = "descriptions/of/" + row["output"]
            native.filegroup(
                name = descriptions,
                srcs = {"descriptions/" + folder: None for folder in row.get("include", []) + [row["source"].rpartition("/")[0]]}.keys(),
            )
            table(
                name = "made/" + row["output"],
                out = row["output"],
                arguments = row.get("arguments", []),
                descriptions = descriptions,
                further_outs = row.get("further_outputs", []),
                include = row.get("include", []),
                program = group["program"],
                source = row["source"],
            )
        cc_library(
            name = "table/" + name,
            textual_hdrs = [path for row in group["tables"] for path in [row["output"]] + row.get("further_outputs", [])],
        )

def _uses(library, libraries):
    """What a library is linked with, of which code for a backend is there where the backend is."""
    always = [name for name in library.get("uses", []) if not libraries[name].get("backend")]
    by_backend = {}
    for name in library.get("uses", []):
        backend = libraries[name].get("backend")
        if backend:
            by_backend.setdefault(backend, []).append(name)
    uses = always
    for backend, names in by_backend.items():
        if backend == library.get("backend"):
            uses = uses + names
        else:
            uses = uses + select({backend_condition(backend): names, "//conditions:default": []})
    return uses

def _public_headers(library):
    """The public headers that a library's sources see: those of the project that they are of, and of LLVM."""
    projects = {source.partition("/")[0] + "_headers": None for source in library["sources"]}
    return ["llvm_headers"] + [name for name in _PUBLIC if name != "llvm_headers" and name in projects]

def _by_cpu(hosts, of_host, nothing):
    """What differs between the machines that the compiler runs on, as a select(); `of_host` is a dict: host → value."""
    if not of_host:
        return nothing
    return select(
        {hosts[host]: value for host, value in of_host.items()},
        no_match_error = "the compiler is built for the machines that it runs on alone: {}.".format(", ".join(hosts.keys())),
    )

def _declare_library(name, library, libraries, flags, hosts, written, is_program):
    copts = _include_flags(library.get("include", []))
    all_sources = {source: None for sources in [library["sources"]] + library.get("host_sources", {}).values() for source in sources}.keys()
    cc_library(
        name = name + ".headers",
        textual_hdrs = native.glob(
            _header_patterns(library.get("headers", [])),
            allow_empty = True,
            exclude = all_sources,
        ) + [
            ":" + path
            for path in written
            if [folder for folder in library.get("headers", []) if path.startswith(folder + "/")]
        ],
    )
    deps = [name + ".headers"] + _public_headers(library) + ["table/" + group for group in library.get("tables", [])]
    uses = _uses(library, libraries)
    cxx_flags = flags + library.get("flags", [])

    # Flags of single sources, and those of C and assembly, are in Bazel those of a library.
    own_flags = library.get("source_flags", {})
    parts = {
        source: "{}.{}".format(name, source.rpartition("/")[2])
        for source in all_sources
        if source in own_flags or not _is_cxx(source)
    }
    for source, part in parts.items():
        cc_library(
            name = part,
            srcs = [source],
            copts = copts + (cxx_flags if _is_cxx(source) else []) + own_flags.get(source, []),
            deps = deps + uses,
        )
    whole = {"alwayslink": True} if library.get("whole") else {}
    rule = cc_binary if is_program else cc_library
    own = lambda sources: [source for source in sources if source not in parts]
    apart = lambda sources: [parts[source] for source in sources if source in parts]
    of_host = library.get("host_sources", {})
    rule(
        name = name,
        srcs = own(library["sources"]) + _by_cpu(hosts, {host: own(sources) for host, sources in of_host.items()}, []),
        copts = copts + cxx_flags,
        deps = deps + uses + apart(library["sources"]) + _by_cpu(hosts, {host: apart(sources) for host, sources in of_host.items()}, []),
        **whole
    )

# buildifier: disable=unnamed-macro
def compiler(flags, libraries, programs, compiler, tables, texts, hosts, host_texts, resource_headers):
    """Declares the compiler, and all that it is made of.

    Args:
      flags: Flags of all C++ sources.
      libraries: Dict: name → what it is compiled from, as generator/schema/compiler-import.ts has it, without fields that are empty.
      programs: Those of `libraries` that are programs beside the compiler.
      compiler: That of `libraries` which is the compiler.
      tables: Dict: name of a group → the program that makes it, and its tables, likewise.
      texts: Dict: header that configuring writes → its text.
      hosts: Dict: machine that the compiler runs on → constraint value of its CPU.
      host_texts: Dict: machine → like `texts`, of headers that differ.
      resource_headers: Where the compiler's own headers are, likewise.
    """
    written = _declare_headers(texts, hosts, host_texts)
    _declare_tables(tables)
    for name, library in libraries.items():
        _declare_library(
            name,
            library,
            libraries,
            flags,
            hosts,
            written,
            is_program = name == compiler or name in programs,
        )
    native.filegroup(
        name = "resource_headers",
        srcs = ["{}/{}".format(resource_headers["root"], path) for path in resource_headers["files"]] + [
            row["output"]
            for group in resource_headers["tables"]
            for row in tables[group]["tables"]
        ],
    )
