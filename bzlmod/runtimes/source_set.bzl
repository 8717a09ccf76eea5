"""Sources that are compiled alike, as an overlay describes them."""

load("//bzlmod/runtimes:include_dirs.bzl", "IncludeDirsInfo")

# Overlays load it, in repositories that no list can name.
visibility("public")

SourceSetInfo = provider(
    doc = "Sources of a runtime with upstream's own flags; for which target they are compiled is said by who compiles them.",
    fields = {
        "cxx_flags": "List of strings: flags of C++ sources alone.",
        "c_flags": "List of strings: flags of C sources alone.",
        "directories": "List of strings: private include directories in search order, relative to the execution root.",
        "flags": "List of strings: flags of all sources.",
        "inputs": "Depset of the headers and textually included files.",
        "not_precompiled": "Dict whose keys are the sources in the tree that must not have seen `precompiled`.",
        "precompiled": "List of strings: headers that are parsed once for all C++ sources, as sources include them.",
        "repeated": "List of structs (name, file, passes): objects made by including one file of the tree several times.",
        "root": "Path of the source tree, relative to the execution root.",
        "source_flags": "Dict: path of a source in the tree → list of its own flags.",
        "sources": "List of Files.",
    },
)

def _source_set_impl(ctx):
    root = ctx.label.workspace_root
    search = [ctx.attr.search[IncludeDirsInfo]] if ctx.attr.search else []
    directories = ["{}/{}".format(root, directory) for directory in ctx.attr.search_path]
    directories += [directory for dirs in search for directory in dirs.directories]
    return [
        SourceSetInfo(
            cxx_flags = ctx.attr.cxx_flags,
            c_flags = ctx.attr.c_flags,
            directories = directories,
            flags = ctx.attr.flags,
            inputs = depset(ctx.files.headers + ctx.files.textual, transitive = [dirs.headers for dirs in search]),
            not_precompiled = {source: None for source in ctx.attr.not_precompiled},
            precompiled = ctx.attr.precompiled,
            repeated = [
                struct(name = name, file = passes[0], passes = passes[1:])
                for name, passes in ctx.attr.repeated.items()
            ],
            root = root,
            source_flags = ctx.attr.source_flags,
            sources = ctx.files.sources,
        ),
        DefaultInfo(files = depset(ctx.files.sources)),
    ]

source_set = rule(
    implementation = _source_set_impl,
    doc = "A set of upstream sources that are compiled with the same flags.",
    attrs = {
        "c_flags": attr.string_list(doc = "Flags of C sources alone."),
        "cxx_flags": attr.string_list(doc = "Flags of C++ sources alone."),
        "flags": attr.string_list(doc = "Flags of all sources."),
        "headers": attr.label_list(allow_files = True, doc = "Headers that the sources include."),
        "not_precompiled": attr.string_list(doc = "Sources that must not have seen the headers of `precompiled` before they begin."),
        "precompiled": attr.string_list(doc = "Headers that are parsed once for all C++ sources without flags of their own, as sources include them."),
        "search": attr.label(providers = [IncludeDirsInfo], doc = "Private include directories that other sets have as well; searched after `search_path`."),
        "search_path": attr.string_list(doc = "Private include directories in search order, relative to the repository."),
        "repeated": attr.string_list_dict(
            doc = "Object name → the file to include, then per inclusion the macros for it, separated by spaces.",
        ),
        "source_flags": attr.string_list_dict(doc = "Source → flags that it alone is compiled with."),
        "sources": attr.label_list(allow_files = [".c", ".cpp", ".s", ".S"], doc = "The sources."),
        "textual": attr.label_list(allow_files = True, doc = "Other files that sources include."),
    },
)

def variant(base, remove = [], add = []):
    """Returns the sources of a variant: the base list without `remove`, and with `add`."""
    removed = {source: None for source in remove}
    return sorted([source for source in base if source not in removed] + add)
