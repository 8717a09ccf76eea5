"""The libraries of a system that gives out module definitions: import libraries, and archives that take others in.

There are a thousand of them, and a link names a few. So each is a target of its own, made when a link asks for it; what
all links find without asking is the row's choice.
"""

load("//bzlmod/runtimes:compile.bzl", "EXECUTION_REQUIREMENTS")
load("//bzlmod/runtimes:products.bzl", "EMPTY_ARCHIVE")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "run_seed_tool")

visibility("//bzlmod/...")

def _preprocess(ctx, seed, definition):
    output = ctx.actions.declare_file("_definitions/{}.def".format(ctx.label.name))
    args = ctx.actions.args()
    args.add("--target=" + ctx.attr.target)
    args.add_all(["-E", "-P", "-w", "-x", "c"])
    args.add_all(["{}/{}".format(definition.owner.workspace_root, folder) for folder in ctx.attr.definition_include], before_each = "-I")
    args.add(definition)
    args.add("-o", output)
    run_seed_tool(
        ctx,
        seed,
        "clang",
        arguments = [args],
        inputs = [definition] + ctx.files.definition_headers,
        outputs = [output],
        execution_requirements = EXECUTION_REQUIREMENTS,
        mnemonic = "PreprocessDefinition",
    )
    return output

def _import_library(ctx, seed, output):
    definition = _preprocess(ctx, seed, ctx.file.definition) if ctx.attr.preprocess else ctx.file.definition
    args = ctx.actions.args()
    args.add_all(ctx.attr.dlltool_flags)
    args.add("-d", definition)
    args.add("-l", output)
    run_seed_tool(
        ctx,
        seed,
        "llvm-dlltool",
        arguments = [args],
        inputs = [definition],
        outputs = [output],
        execution_requirements = EXECUTION_REQUIREMENTS,
        mnemonic = "ImportLibrary",
        progress_message = "Making %{output}",
    )

def _merge(ctx, seed, parts, output):
    args = ctx.actions.args()

    # L: of an archive, its members.
    args.add("qcsDL", output)
    args.add_all(parts)
    run_seed_tool(
        ctx,
        seed,
        "llvm-ar",
        arguments = [args],
        inputs = parts,
        outputs = [output],
        execution_requirements = EXECUTION_REQUIREMENTS,
        mnemonic = "ArchiveRuntime",
        progress_message = "Archiving %{output}",
    )

def _runtime_library_impl(ctx):
    seed = ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed
    output = ctx.actions.declare_file(ctx.attr.out)
    parts = ctx.files.parts
    if ctx.file.definition:
        if not parts:
            _import_library(ctx, seed, output)
            return [DefaultInfo(files = depset([output]))]
        imported = ctx.actions.declare_file("_definitions/{}.a".format(ctx.label.name))
        _import_library(ctx, seed, imported)
        parts = [imported] + parts
    if not parts:
        ctx.actions.write(output, EMPTY_ARCHIVE)
    elif len(parts) == 1:
        ctx.actions.symlink(output = output, target_file = parts[0])
    else:
        _merge(ctx, seed, parts, output)
    return [DefaultInfo(files = depset([output]))]

_runtime_library = rule(
    implementation = _runtime_library_impl,
    doc = "A library of parts: an import library, and archives whose members it has as well.",
    attrs = {
        "definition": attr.label(allow_single_file = [".def", ".def.in"], doc = "The module definition of its import library."),
        "definition_headers": attr.label(doc = "What definitions include."),
        "definition_include": attr.string_list(doc = "Where they include it from, relative to the definition's repository."),
        "dlltool_flags": attr.string_list(doc = "Flags of llvm-dlltool."),
        "out": attr.string(mandatory = True, doc = "Path in the target's tree."),
        "parts": attr.label_list(doc = "Archives."),
        "preprocess": attr.bool(doc = "Whether the C preprocessor makes the definition."),
        "target": attr.string(mandatory = True, doc = "LLVM target triple."),
    },
    toolchains = [SEED_TOOLCHAIN_TYPE],
)

def _recipes(libraries, architecture):
    """The recipes of an architecture: a list of name and dict."""
    plain = [
        (name, {"definition": {"file": "{}/{}.def".format(group["folder"], name)}})
        for group in libraries["plain"]
        if architecture in group["architectures"]
        for name in group["names"]
    ]
    composed = [
        (name, recipe)
        for name, recipes in libraries["composed"].items()
        for recipe in recipes
        if architecture in recipe["architectures"]
    ]
    return plain + composed

# buildifier: disable=unnamed-macro
def runtime_libraries(name, out, architecture, archive, libraries, target, default_libraries = [], members = None, undecorated = {}):
    """Declares all libraries of an architecture, `library.<library>`, and a filegroup of those that links find by themselves.

    Args:
      name: Name of the filegroup.
      out: Path of a library in the target's tree, where `{item}` stands for its name.
      architecture: This module's name of the CPU, as the table has it.
      archive: Repository of the definitions.
      libraries: The table; generator/schema/import-libraries.ts says what is in it.
      target: LLVM target triple.
      default_libraries: The libraries of the filegroup.
      members: The unit whose targets, `<unit>.<library>`, are the compiled members.
      undecorated: Dict: a definition → the one that the repository rule has made of it.
    """
    for library, recipe in _recipes(libraries, architecture):
        definition = recipe.get("definition")
        parts = [":{}.{}".format(members, recipe["sources"])] if "sources" in recipe else []
        parts += [":library." + part for part in recipe.get("merge", [])]
        parts += [":library." + recipe["copy_of"]] if "copy_of" in recipe else []
        more = {}
        if definition:
            file = definition["file"]
            more["definition"] = "{}//:{}".format(archive, undecorated[file] if definition.get("undecorate") else file)
            more["dlltool_flags"] = libraries["dlltool_flags"][architecture]
        if definition and definition.get("preprocess"):
            more["definition_headers"] = archive + "//:definition_headers"
            more["definition_include"] = libraries["definition_include"]
            more["preprocess"] = True
        _runtime_library(
            name = "library." + library,
            out = out.replace("{item}", library),
            parts = parts,
            target = target,
            tags = ["manual"],
            **more
        )
    native.filegroup(
        name = name,
        srcs = [":library." + library for library in default_libraries],
        tags = ["manual"],
    )
