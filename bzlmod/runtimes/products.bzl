"""Rules for what a runtime produces: static archives, shared libraries and start files."""

load("//bzlmod/runtimes:compile.bzl", "COMPILE_ATTRS", "EXECUTION_REQUIREMENTS", "compile_inputs", "compile_source", "compile_sources")
load("//bzlmod/runtimes:on_request.bzl", "on_request")
load("//bzlmod/runtimes:source_set.bzl", "SourceSetInfo")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "run_seed_tool", "seed_tool")

visibility("//bzlmod/...")

# An ar archive without members is its magic number alone (ar(5)).
EMPTY_ARCHIVE = "!<arch>\n"

def _runtime_archive_impl(ctx):
    output = ctx.actions.declare_file(ctx.attr.out)
    objects = compile_sources(ctx, ctx.attr.source_set[SourceSetInfo]) if ctx.attr.source_set else []
    archive = ctx.actions.args()

    # q rather than r: members of different folders may share a name, and r would keep the last. L: of an archive, its
    # members.
    archive.add("qcsDL" if ctx.attr.whole_archives else "qcsD", output)
    members = ctx.actions.args()
    members.use_param_file("@%s", use_always = True)
    members.set_param_file_format("multiline")
    members.add_all(objects + ctx.files.whole_archives)
    run_seed_tool(
        ctx,
        ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed,
        "llvm-ar",
        arguments = [archive, members],
        inputs = objects + ctx.files.whole_archives,
        outputs = [output],
        execution_requirements = EXECUTION_REQUIREMENTS,
        mnemonic = "ArchiveRuntime",
        progress_message = "Archiving %{output}",
    )
    return [DefaultInfo(files = depset([output]))]

_runtime_archive = rule(
    implementation = _runtime_archive_impl,
    doc = "A static archive.",
    attrs = COMPILE_ATTRS | {
        "out": attr.string(mandatory = True, doc = "Path in the target's tree, as `lib/libc.a`."),
        "whole_archives": attr.label_list(doc = "Archives whose members it has as well."),
    },
    toolchains = [SEED_TOOLCHAIN_TYPE],
)

runtime_archive = on_request(_runtime_archive)

def _link_object(ctx, seed, objects, output):
    """Links objects into one that can be linked again, as upstream does where a start file is made of several sources."""
    linker = seed_tool(seed, "ld.lld")
    args = ctx.actions.args()
    args.add("--target=" + ctx.attr.target)
    args.add_all(["-no-canonical-prefixes", "--sysroot=/dev/null", "-nostdlib", "-r"])
    args.add(linker, format = "--ld-path=%s")
    args.add_all(ctx.attr.flags)
    args.add("-o", output)
    args.add_all(objects)
    run_seed_tool(
        ctx,
        seed,
        "clang",
        arguments = [args],
        inputs = objects,
        tools = [linker],
        outputs = [output],
        execution_requirements = EXECUTION_REQUIREMENTS,
        mnemonic = "LinkRuntime",
        progress_message = "Linking %{output}",
    )

def _runtime_object_impl(ctx):
    output = ctx.actions.declare_file(ctx.attr.out)
    sources = ctx.attr.source_set[SourceSetInfo]
    seed = ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed
    if len(sources.sources) == 1:
        compile_source(ctx, seed, sources, sources.sources[0], output, compile_inputs(ctx, seed, sources))
    else:
        _link_object(ctx, seed, compile_sources(ctx, sources), output)
    return [DefaultInfo(files = depset([output]))]

_runtime_object = rule(
    implementation = _runtime_object_impl,
    doc = "One object file, as a start file is.",
    attrs = COMPILE_ATTRS | {
        "out": attr.string(mandatory = True, doc = "Path in the target's tree, as `lib/crt1.o`."),
    },
    toolchains = [SEED_TOOLCHAIN_TYPE],
)

runtime_object = on_request(_runtime_object)

def _empty_archives_impl(ctx):
    outputs = [ctx.actions.declare_file(out) for out in ctx.attr.outs]
    for output in outputs:
        ctx.actions.write(output, EMPTY_ARCHIVE)
    return [DefaultInfo(files = depset(outputs))]

_empty_archives = rule(
    implementation = _empty_archives_impl,
    doc = "Archives without members: libraries that users may name, and whose functions are in another one.",
    attrs = {"outs": attr.string_list(mandatory = True, doc = "Paths in the target's tree, as `lib/libm.a`.")},
)

empty_archives = on_request(_empty_archives)

def _runtime_file_impl(ctx):
    output = ctx.actions.declare_file(ctx.attr.out)
    ctx.actions.symlink(output = output, target_file = ctx.file.file)
    return [DefaultInfo(files = depset([output]))]

_runtime_file = rule(
    implementation = _runtime_file_impl,
    doc = "A file of an archive as it is, where links find it by its name.",
    attrs = {
        "file": attr.label(allow_single_file = True, mandatory = True, doc = "The file."),
        "out": attr.string(mandatory = True, doc = "Path in the target's tree, as `lib/board.ld`."),
    },
)

runtime_file = on_request(_runtime_file)

def _runtime_files_impl(ctx):
    outputs = []
    for file in ctx.files.files:
        output = ctx.actions.declare_file("{}/{}".format(ctx.attr.out, file.path.removeprefix(file.owner.workspace_root + "/")))
        ctx.actions.symlink(output = output, target_file = file)
        outputs.append(output)
    return [DefaultInfo(files = depset(outputs))]

_runtime_files = rule(
    implementation = _runtime_files_impl,
    doc = "Files of an archive as they are, each at its own path below a folder.",
    attrs = {
        "files": attr.label(mandatory = True, doc = "The files."),
        "out": attr.string(mandatory = True, doc = "Path of the folder in the target's tree, as `sysroot`."),
    },
)

runtime_files = on_request(_runtime_files)

def _runtime_shared_library_impl(ctx):
    output = ctx.actions.declare_file(ctx.attr.out)
    seed = ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed
    linker = seed_tool(seed, ctx.attr.linker)
    objects = compile_sources(ctx, ctx.attr.source_set[SourceSetInfo]) if ctx.attr.source_set else []
    args = ctx.actions.args()
    args.add("--target=" + ctx.attr.target)
    args.add_all(["-no-canonical-prefixes", "--sysroot=/dev/null", "-nostdlib", "-shared"])
    args.add(linker, format = "--ld-path=%s")
    args.add_all(ctx.attr.flags)
    args.add_all(ctx.attr.link_flags)
    for script, flag in ctx.attr.link_scripts.items():
        args.add_all(script[DefaultInfo].files, format_each = flag + "%s")
    args.add("-o", output)
    args.add_all(objects)
    args.add("-Wl,--whole-archive")
    args.add_all(ctx.files.whole_archives)
    args.add("-Wl,--no-whole-archive")
    args.add("-Wl,--as-needed")
    args.add_all(ctx.files.libraries)
    run_seed_tool(
        ctx,
        seed,
        "clang",
        arguments = [args],
        inputs = depset(objects + ctx.files.link_scripts + ctx.files.whole_archives + ctx.files.libraries),
        tools = [linker],
        outputs = [output],
        execution_requirements = EXECUTION_REQUIREMENTS,
        mnemonic = "LinkRuntime",
        progress_message = "Linking %{output}",
    )
    return [DefaultInfo(files = depset([output]))]

_runtime_shared_library = rule(
    implementation = _runtime_shared_library_impl,
    doc = "A shared library, linked against nothing but what it names.",
    attrs = COMPILE_ATTRS | {
        "libraries": attr.label_list(allow_files = True, doc = "Libraries that it is linked against; of archives, the members that it needs."),
        "link_flags": attr.string_list(doc = "Flags of the link."),
        "link_scripts": attr.label_keyed_string_dict(allow_files = True, doc = "Files that the link reads → the flag before them."),
        "linker": attr.string(default = "ld.lld", doc = "Name of the linker in the compiler seed."),
        "out": attr.string(mandatory = True, doc = "Path in the target's tree, as `lib/libc.so`."),
        "whole_archives": attr.label_list(allow_files = True, doc = "Archives all of whose members become part of it."),
    },
    toolchains = [SEED_TOOLCHAIN_TYPE],
)

runtime_shared_library = on_request(_runtime_shared_library)
