"""Stub libraries: the names, versions and sizes of what the target machine's shared libraries export, and no code.

One assembly file per library holds all releases and architectures; the assembler's own conditions choose, so that making
a stub is one process of the compiler. A program that is linked against the stubs of a release needs nothing newer.
"""

load("//bzlmod/runtimes:compile.bzl", "EXECUTION_REQUIREMENTS")
load("//bzlmod/runtimes:on_request.bzl", "on_request")
load("//bzlmod/runtimes:products.bzl", "empty_archives")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE", "run_seed_tool", "seed_tool")

visibility("//bzlmod/...")

def _stub_library_impl(ctx):
    output = ctx.actions.declare_file(ctx.attr.out)
    seed = ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed
    linker = seed_tool(seed, "ld.lld")
    args = ctx.actions.args()
    args.add("--target=" + ctx.attr.target)
    args.add_all(["-no-canonical-prefixes", "--sysroot=/dev/null", "-nostdlib", "-shared"])
    args.add(linker, format = "--ld-path=%s")
    args.add_all(ctx.attr.flags)
    args.add_all(["-Wa,-defsym,RELEASE={}".format(ctx.attr.release), "-Wa,-defsym,ARCHITECTURE={}".format(ctx.attr.bit)])
    args.add("-Wl,-soname," + ctx.attr.soname)
    args.add(ctx.file.version_script, format = "-Wl,--version-script=%s")

    # clang asks for a build ID on some systems: a stub has none.
    args.add("-Wl,--build-id=none")
    args.add("-o", output)
    args.add(ctx.file.assembly)
    run_seed_tool(
        ctx,
        seed,
        "clang",
        arguments = [args],
        inputs = [ctx.file.assembly, ctx.file.version_script],
        tools = [linker],
        outputs = [output],
        execution_requirements = EXECUTION_REQUIREMENTS,
        mnemonic = "LinkStub",
        progress_message = "Linking stub %{output}",
    )
    return [DefaultInfo(files = depset([output]))]

_stub_library_rule = rule(
    implementation = _stub_library_impl,
    doc = "One stub library, under its soname.",
    attrs = {
        "assembly": attr.label(mandatory = True, allow_single_file = [".s"]),
        "bit": attr.int(mandatory = True, doc = "The architecture's bit in the assembly's ARCHITECTURE."),
        "flags": attr.string_list(doc = "The target's flags."),
        "out": attr.string(mandatory = True, doc = "Path in the target's tree."),
        "release": attr.int(mandatory = True, doc = "The number by which the release is counted: the minor version of its newest node."),
        "soname": attr.string(mandatory = True),
        "target": attr.string(mandatory = True, doc = "LLVM target triple."),
        "version_script": attr.label(mandatory = True, allow_single_file = [".ver"]),
    },
    toolchains = [SEED_TOOLCHAIN_TYPE],
)

def _linker_script_impl(ctx):
    output = ctx.actions.declare_file(ctx.attr.out)
    ctx.actions.write(output, ctx.attr.content)
    return [DefaultInfo(files = depset([output]))]

_linker_script_rule = rule(
    implementation = _linker_script_impl,
    doc = "A linker script in the target's tree.",
    attrs = {
        "content": attr.string(mandatory = True),
        "out": attr.string(mandatory = True, doc = "Path in the target's tree."),
    },
)

_stub_library = on_request(_stub_library_rule)
_linker_script = on_request(_linker_script_rule)

def _is_in(release, since, until):
    return since != None and since <= release and (until == None or release < until)

def _script(stub, stubs):
    """By which -l finds a library: the library, and what stands beside it."""
    always = stub.get("group", [])
    as_needed = [stubs[name]["soname"] for name in stub.get("as_needed", []) if name in stubs]
    if stub.get("optional"):
        as_needed = [stub["soname"]] + as_needed
    else:
        always = [stub["soname"]] + always
    words = always + (["AS_NEEDED ( {} )".format(" ".join(as_needed))] if as_needed else [])
    return "GROUP ( {} )\n".format(" ".join(words))

# buildifier: disable=unnamed-macro
def runtime_stub_libraries(name, out, architecture, release, sources, table, target, no_static, flags = []):
    """Declares the stub libraries of one release on one architecture.

    The target `name` has all files, `<name>.linked` those of them that links take, under their sonames.

    Args:
      name: Name of the filegroup of all of them.
      out: Path of a file in the target's tree, where `{item}` stands for its name.
      architecture: This module's name of the CPU.
      release: The number by which the release is counted: the minor version of its newest node.
      sources: Package of the assembly and of the version scripts.
      table: What there is from when until when; see the generated stubs.bzl.
      target: LLVM target triple.
      no_static: What -static finds in place of static libraries: the end of a sentence that begins with "unable to find".
      flags: The target's flags.
    """
    stubs = {
        library: stub
        for library, forms in table["libraries"].items()
        for stub in forms
        if architecture in stub["architectures"] and _is_in(release, stub["since"], stub["until"])
    }
    files = []
    linked = []
    moved = []
    for library, stub in stubs.items():
        stub_name = "{}.{}".format(name, library)
        _stub_library(
            name = stub_name,
            out = out.replace("{item}", stub["soname"]),
            assembly = "{}:{}.s".format(sources, library),
            bit = table["bits"][architecture],
            flags = flags,
            release = release,
            soname = stub["soname"],
            target = target,
            version_script = "{}:{}.ver".format(sources, library),
        )
        files.append(stub_name)
        since = stub.get("linked_since")
        if _is_in(release, since, stub.get("linked_until")):
            linked.append(stub_name)
            _linker_script(
                name = stub_name + ".script",
                content = _script(stub, stubs),
                out = out.replace("{item}", library + ".so"),
            )

            # Of a file that is not there the linker says its name: this one's says what the user can do.
            _linker_script(
                name = stub_name + ".no_static",
                content = "INPUT ( \"{}\" )\n".format(no_static),
                out = out.replace("{item}", library + ".a"),
            )
            files += [stub_name + ".script", stub_name + ".no_static"]
        elif since != None and since <= release:
            moved.append(library)
    if moved:
        # What was in them has moved to libc. Upstream leaves archives without members, for who still names them.
        empty_archives(
            name = name + ".moved",
            outs = [out.replace("{item}", library + ".a") for library in moved],
        )
        files.append(name + ".moved")
    native.filegroup(name = name, srcs = files, tags = ["manual"])
    native.filegroup(name = name + ".linked", srcs = linked, tags = ["manual"])
