"""Compiles a source set for a target, many sources per compiler process.

A libc is a thousand files of a few milliseconds each, so that starting a process and a sandbox for every one of them
would cost several times what compiling does. One `clang -cc1` compiles a whole batch:

  * `-fsyntax-only` keeps the driver from planning an output; `-Xclang -emit-obj` turns the syntax check into code
    generation; every further input is handed over with `-Xclang`. For an input `DIR/x.c` cc1 then writes `DIR/x.o`.
  * A VFS overlay makes `DIR`, a folder of this action's outputs, show the source tree, so that the objects land where
    they are declared and `#include "../y.h"` still works.

What most sources of a set include can be parsed once for all of them, before (`precompiled`): most of a C++ library's time is
parsing. clang writes absolute paths into such a file, so that no other sandbox and no other machine could read it; the
VFS overlay therefore shows the execution root at a path that is the same everywhere, and all headers are found there.

Assembly that needs no preprocessor joins in through C files that `.include` it, since cc1as knows no batches; what
the preprocessor must see first, or has flags of its own, takes a process of its own.
"""

load("//bzlmod/runtimes:include_dirs.bzl", "IncludeDirsInfo", "include_flags")
load("//bzlmod/runtimes:source_set.bzl", "SourceSetInfo")
load("//bzlmod/seed:compiler_headers.bzl", "compiler_headers")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "run_seed_tool")

visibility("//bzlmod/runtimes")

_TREE = "tree"

# What the execution root is called where paths have to be absolute. On Windows clang takes it for absolute as well (RedirectingFileSystem::makeAbsolute).
_ROOT = "/execroot/"

COMPILE_ATTRS = {
    "batch": attr.int(default = 84, doc = "Sources per compiler process."),
    "flags": attr.string_list(doc = "The target's flags."),
    "source_set": attr.label(providers = [SourceSetInfo], doc = "What to compile; an overlay's target."),
    "target": attr.string(mandatory = True, doc = "LLVM target triple."),
    "uses": attr.label_list(providers = [IncludeDirsInfo], doc = "Public headers of other runtimes, in search order."),
}

EXECUTION_REQUIREMENTS = {"supports-path-mapping": ""}

def _below_root(file, root):
    return file.path[len(root) + 1:] if root else file.path

def _without_extension(path, extension):
    return path[:-len(extension) - 1]

def _object_to_c(file):
    return _without_extension(file.path, "o") + ".c"

def _object_to_cpp(file):
    return _without_extension(file.path, "o") + ".cpp"

def _tree_of(overlay):
    return overlay.dirname + "/" + _TREE

def _prefix_map(overlay):
    return "-ffile-prefix-map={}/=".format(_tree_of(overlay))

_SYNTAX = {
    "c": struct(name_of_object = _object_to_c, flags = lambda sources: sources.c_flags),
    "cpp": struct(name_of_object = _object_to_cpp, flags = lambda sources: sources.cxx_flags),
}

# The wrapper's table of address-significant symbols would claim that no address of the assembly's functions matters.
_WRAPPED_ASSEMBLY_FLAGS = ["-fno-addrsig"]

def _target_args(ctx, seed, sources, more, root = ""):
    args = ctx.actions.args()
    args.add("--target=" + ctx.attr.target)
    args.add_all(["-no-canonical-prefixes", "--sysroot=/dev/null", "-nostdlibinc"])
    args.add("-resource-dir", seed.resource_directory)
    if root:
        # Distributions' drivers take a folder of the host's where they do not find the one that they are told, and they see no overlay.
        args.add("-nobuiltininc")
        args.add_all(["-internal-isystem", "{}{}/include".format(root, seed.resource_directory)], before_each = "-Xclang")
    args.add_all(ctx.attr.flags)
    args.add_all(sources.flags)
    args.add_all(sources.directories, format_each = "-I" + root + "%s")
    args.add_all(more)
    for headers in ctx.attr.uses:
        args.add_all(include_flags(headers[IncludeDirsInfo], root))
    return args

def _add_overlay(args, overlay, root):
    args.add("-ivfsoverlay", overlay)

    # Assertions spell __FILE__: without this it would be a path below bazel-out, or one that nothing else knows.
    args.add_all([overlay], map_each = _prefix_map)
    if root:
        args.add("-ffile-prefix-map={}=".format(root))

def _write_overlay(ctx, directory, sources):
    overlay = ctx.actions.declare_file(directory + "/overlay.yaml")
    roots = [{"external-contents": sources.root, "name": _TREE, "type": "directory-remap"}]
    if sources.precompiled:
        roots.append({"external-contents": ".", "name": _ROOT[:-1], "type": "directory-remap", "use-external-name": "false"})
    ctx.actions.write(overlay, json.encode({
        "case-sensitive": "true",
        "overlay-relative": "false",
        "root-relative": "overlay-dir",
        "roots": roots,
        "version": 0,
    }))
    return overlay

def _precompile_headers(ctx, seed, sources, overlay, directory, inputs):
    """Parses the headers that C++ sources are given precompiled.

    Args:
      ctx: The context of a rule with COMPILE_ATTRS.
      seed: A SeedInfo.
      sources: The SourceSetInfo that has them.
      overlay: The VFS overlay, see _write_overlay.
      directory: Folder of the objects.
      inputs: Depset of the headers.

    Returns:
      A list of two Files: what clang has read, and the header that includes all, which it wants to see again.
    """
    header = ctx.actions.declare_file(directory + "/precompiled.hpp")
    ctx.actions.write(header, "".join(["#include <{}>\n".format(name) for name in sources.precompiled]))
    precompiled = ctx.actions.declare_file(directory + "/precompiled.pch")
    args = _target_args(ctx, seed, sources, sources.cxx_flags, _ROOT)
    _add_overlay(args, overlay, _ROOT)

    # What is instantiated once is not instantiated by every source; when a file was changed is another time in every sandbox.
    args.add_all(["-fpch-instantiate-templates", "-Xclang", "-fno-pch-timestamp"])
    args.add("-xc++-header")
    args.add(header, format = _ROOT + "%s")
    args.add("-o", precompiled)
    run_seed_tool(
        ctx,
        seed,
        "clang",
        arguments = [args],
        inputs = depset([header, overlay], transitive = [inputs]),
        outputs = [precompiled],
        execution_requirements = EXECUTION_REQUIREMENTS,
        mnemonic = "PrecompileRuntime",
        progress_message = "Precompiling headers of %{label}",
    )
    return [precompiled, header]

def _compile_batch(ctx, seed, sources, batch, overlay, directory, index, inputs):
    """Compiles a batch in one process.

    Args:
      ctx: The context of a rule with COMPILE_ATTRS.
      seed: A SeedInfo.
      sources: The SourceSetInfo whose flags apply.
      batch: A struct of extension, flags, precompiled (see _precompile_headers; may be empty), files (what is read) and objects
        (what is made, each beside its input's name).
      overlay: The VFS overlay, see _write_overlay.
      directory: Folder of the objects.
      index: Number of the batch.
      inputs: Depset of the headers.
    """
    first = ctx.actions.declare_file("{}/batch{}.{}".format(directory, index, batch.extension))
    ctx.actions.write(first, "")
    syntax = _SYNTAX[batch.extension]
    root = _ROOT if batch.precompiled else ""
    args = _target_args(ctx, seed, sources, syntax.flags(sources) + batch.flags, root)
    args.add_all(["-fsyntax-only", "-Xclang", "-emit-obj"])
    _add_overlay(args, overlay, root)
    if batch.precompiled:
        args.add_all(["-include-pch", batch.precompiled[0]], before_each = "-Xclang")
    args.add_all(batch.objects, map_each = syntax.name_of_object, before_each = "-Xclang")
    args.add(first)
    run_seed_tool(
        ctx,
        seed,
        "clang",
        arguments = [args],
        inputs = depset([first, overlay] + batch.files + batch.precompiled, transitive = [inputs]),
        outputs = batch.objects + [ctx.actions.declare_file("{}/batch{}.o".format(directory, index))],
        execution_requirements = EXECUTION_REQUIREMENTS,
        mnemonic = "CompileRuntime",
        progress_message = "Compiling %{label} (" + str(len(batch.files)) + " sources)",
    )

def _own_flags(sources, source):
    return sources.source_flags.get(_below_root(source, sources.root), [])

def _split(files, size):
    """Splits files into batches of about one size: every n-th file, since neighbours cost alike."""
    count = (len(files) + size - 1) // size
    return [files[start::count] for start in range(count)]

def _takes_precompiled(sources, source):
    return source.extension == "cpp" and not _own_flags(sources, source) and _below_root(source, sources.root) not in sources.not_precompiled

def _source_batches(ctx, sources, extension, precompiled, directory):
    """Batches of sources in one language; a source with flags of its own shares its batch with those that have the same."""
    alike = {}
    for source in sources.sources:
        if source.extension == extension:
            key = (json.encode(_own_flags(sources, source)), bool(precompiled) and _takes_precompiled(sources, source))
            alike.setdefault(key, []).append(source)
    return [
        struct(
            extension = extension,
            flags = json.decode(flags),
            precompiled = precompiled if takes_precompiled else [],
            files = batch,
            objects = [
                ctx.actions.declare_file("{}/{}/{}.o".format(directory, _TREE, _without_extension(_below_root(source, sources.root), extension)))
                for source in batch
            ],
        )
        for (flags, takes_precompiled), files in alike.items()
        for batch in _split(files, ctx.attr.batch)
    ]

def _is_preprocessed(ctx, source):
    """Whether the preprocessor sees an assembly file first. For Apple's systems clang has it see all of them (Darwin::LookupTypeForExtension)."""
    return source.extension == "S" or source.extension == "s" and "-apple-" in ctx.attr.target

def _assembly_batch(ctx, sources, directory):
    """A batch of C files that include one assembly file each; a list, empty where there is no assembly."""
    files = [
        source
        for source in sources.sources
        if source.extension == "s" and not _is_preprocessed(ctx, source) and not _own_flags(sources, source)
    ]
    wrappers = []
    objects = []
    for source in files:
        path = "{}/assembly/{}".format(directory, _without_extension(_below_root(source, sources.root), "s"))
        wrapper = ctx.actions.declare_file(path + ".c")
        ctx.actions.write(wrapper, "__asm__(\".include \\\"{}\\\"\");\n".format(source.path))
        wrappers.append(wrapper)
        objects.append(ctx.actions.declare_file(path + ".o"))
    return [struct(extension = "c", flags = _WRAPPED_ASSEMBLY_FLAGS, precompiled = [], files = files + wrappers, objects = objects)] if files else []

def compile_source(ctx, seed, sources, source, output, inputs, more = []):
    """Compiles one source in a process of its own.

    Args:
      ctx: The context of a rule with COMPILE_ATTRS.
      seed: A SeedInfo.
      sources: The SourceSetInfo whose flags apply.
      source: The File to compile.
      output: The object File to make.
      inputs: What compile_inputs returns.
      more: Further flags.
    """
    headers = [] if source.extension == "s" and not _is_preprocessed(ctx, source) else [inputs.assembly if source.extension in ["s", "S"] else inputs.c]
    args = _target_args(ctx, seed, sources, _SYNTAX[source.extension].flags(sources) if source.extension in _SYNTAX else [])
    args.add_all(more)
    args.add("-c", source)
    args.add("-o", output)
    run_seed_tool(
        ctx,
        seed,
        "clang",
        arguments = [args],
        inputs = depset([source], transitive = headers),
        outputs = [output],
        execution_requirements = EXECUTION_REQUIREMENTS,
        mnemonic = "CompileRuntime",
        progress_message = "Compiling %{output}",
    )

def _write_repeated(ctx, directory, repeated):
    """Writes a source that includes a file once per pass, each under its own macros."""
    source = ctx.actions.declare_file("{}/{}.S".format(directory, repeated.name))
    lines = []
    for defines in repeated.passes:
        names = [define.partition("=") for define in defines.split(" ")]
        lines += ["#define {} {}".format(name, value) for name, _, value in names]
        lines.append("#include \"{}\"".format(repeated.file))
        lines += ["#undef " + name for name, _, _ in names]
    ctx.actions.write(source, "\n".join(lines) + "\n")
    return source

def compile_inputs(ctx, seed, sources):
    """What compilations of a source set may include: each is a link in the sandbox of each, so that it is not more than they can reach.

    Args:
      ctx: The context of a rule with COMPILE_ATTRS.
      seed: A SeedInfo.
      sources: The SourceSetInfo.

    Returns:
      A struct of two depsets:
        assembly: Of preprocessed assembly.
        c: Of all else.
    """
    if "-nostdinc" in sources.flags:
        return struct(assembly = sources.inputs, c = sources.inputs)
    uses = [headers[IncludeDirsInfo] for headers in ctx.attr.uses]
    compiler = compiler_headers(seed, ctx.attr.target)
    return struct(
        assembly = depset(transitive = [compiler.assembly, sources.inputs] + [headers.for_assembly for headers in uses]),
        c = depset(transitive = [compiler.c, sources.inputs] + [headers.for_runtimes for headers in uses]),
    )

def compile_sources(ctx, sources):
    """Compiles all sources of a set.

    Args:
      ctx: The context of a rule with COMPILE_ATTRS and the seed toolchain.
      sources: A SourceSetInfo.

    Returns:
      The list of object Files.
    """
    seed = ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed
    inputs = compile_inputs(ctx, seed, sources)
    directory = "_objs/" + ctx.label.name
    overlay = _write_overlay(ctx, directory, sources)
    precompiled = _precompile_headers(ctx, seed, sources, overlay, directory, inputs.c) if sources.precompiled else []
    batches = [batch for extension in _SYNTAX for batch in _source_batches(ctx, sources, extension, precompiled, directory)]
    batches += _assembly_batch(ctx, sources, directory)
    for index, batch in enumerate(batches):
        _compile_batch(ctx, seed, sources, batch, overlay, directory, index, inputs.c)
    objects = [object for batch in batches for object in batch.objects]
    taken = {object.short_path: None for object in objects}
    for source in sources.sources:
        own_flags = _own_flags(sources, source)
        if _is_preprocessed(ctx, source) or source.extension == "s" and own_flags:
            path = "{}/{}/{}".format(directory, _TREE, _without_extension(_below_root(source, sources.root), source.extension))
            output = ctx.actions.declare_file(path + ".o")

            # Beside `x.S` there may be `x.c`, for what of the CPUs the one is not for.
            if output.short_path in taken:
                output = ctx.actions.declare_file("{}.{}.o".format(path, source.extension))
            compile_source(ctx, seed, sources, source, output, inputs, own_flags)
            objects.append(output)
    for repeated in sources.repeated:
        output = ctx.actions.declare_file("{}/{}.o".format(directory, repeated.name))
        compile_source(ctx, seed, sources, _write_repeated(ctx, directory, repeated), output, inputs, ["-I" + sources.root])
        objects.append(output)
    return objects
