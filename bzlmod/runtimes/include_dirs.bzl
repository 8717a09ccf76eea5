"""Directories of public headers, for runtimes that may not depend on cc_library (it would need the toolchain they make)."""

# Overlays load it, in repositories that no list can name.
visibility("public")

IncludeDirsInfo = provider(
    doc = "Header search directories and the files in them.",
    fields = {
        "directories": "List of directory paths relative to the execution root, in search order.",
        "frameworks": "List of paths of folders of frameworks, likewise.",
        "option": "The compiler's option before each directory: `-idirafter` where its own headers are searched before, else `-isystem`.",
        "for_assembly": "Depset of those that preprocessed assembly of runtimes includes.",
        "for_runtimes": "Depset of those that sources of runtimes can reach.",
        "headers": "Depset of the headers.",
        "sdk_version": "Version of the SDK that they are of, or None.",
    },
)

def _include_dirs_impl(ctx):
    root = ctx.label.workspace_root
    headers = depset(ctx.files.headers)
    paths = lambda directories: ["{}/{}".format(root, directory) for directory in directories]
    return [
        IncludeDirsInfo(
            directories = paths(ctx.attr.directories),
            for_assembly = depset(ctx.files.for_assembly),
            for_runtimes = depset(ctx.files.for_runtimes) if ctx.attr.for_runtimes else headers,
            frameworks = paths(ctx.attr.frameworks),
            option = "-idirafter" if ctx.attr.after_compiler else "-isystem",
            headers = headers,
            sdk_version = ctx.attr.sdk_version or None,
        ),
        DefaultInfo(files = headers),
    ]

include_dirs = rule(
    implementation = _include_dirs_impl,
    doc = "The public headers of a runtime.",
    attrs = {
        "after_compiler": attr.bool(doc = "Whether the compiler's own headers are searched before."),
        "directories": attr.string_list(mandatory = True, doc = "Search directories in order, relative to the repository."),
        "for_assembly": attr.label_list(allow_files = True, doc = "Which of the headers preprocessed assembly of runtimes includes."),
        "for_runtimes": attr.label_list(allow_files = True, doc = "Which of the headers sources of runtimes can reach; default: all."),
        "frameworks": attr.string_list(doc = "Folders of frameworks, likewise."),
        "headers": attr.label_list(allow_files = True, doc = "Every header below them."),
        "sdk_version": attr.string(doc = "Version of the SDK that they are of, where it is one."),
    },
)

def include_flags(info, root = ""):
    """Returns the arguments by which a compiler finds the headers of an IncludeDirsInfo.

    Args:
      info: The IncludeDirsInfo.
      root: What the compiler knows the execution root by, with a slash at its end.
    """
    return ([argument for directory in info.directories for argument in (info.option, root + directory)] +
            [argument for directory in info.frameworks for argument in ("-iframework", root + directory)])

def headers_below(directories, include, exclude = []):
    """Globs the headers of include directories.

    Args:
      directories: Paths relative to the package.
      include: Glob patterns below each directory.
      exclude: Glob patterns relative to the package.

    Returns:
      A list of files, without duplicates.
    """
    return native.glob(
        ["{}/{}".format(directory, pattern) for directory in directories for pattern in include],
        exclude = exclude,
        allow_empty = True,
    )
