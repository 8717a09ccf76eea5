"""Copies files and writes archives with nothing but the compiler seed: no shell, no host tool, no helper program.

clang's assembler is the writer. `.incbin` takes in any file, and expressions over labels, which the assembler evaluates
when it knows all sizes, spell the numbers of an archive's headers. llvm-objcopy then takes the bytes out of the object:

  * copies: one section per file, all of them written by one process (`--dump-section`);
  * .tar.zst: one section that is a tar file, which llvm-objcopy compresses as it compresses debug information. What
    ELF puts before compressed bytes is a header of fixed size, and `.incbin` skips it.

A helper program compiled for the execution platform would need that platform's libc first, and a C++ toolchain for it:
on a Mac there is none of ours.
"""

load("//bzlmod/seed:seed.bzl", "run_seed_tool")

visibility(["//bzlmod/bootstrap", "//bzlmod/crossenv"])

# Any ELF target does: the object only carries bytes.
_CARRIER = "--target=x86_64-unknown-none-elf"

# Size of Elf64_Chdr, which precedes the bytes of a compressed section.
_COMPRESSION_HEADER = 24

# 1 January 2000. Some tools refuse to believe in 1970.
_MODIFIED = "07033241600"

_BLOCK = 512

def _assemble(ctx, seed, name, text, inputs):
    """Assembles a text that includes files; returns the object."""
    source = ctx.actions.declare_file(name + ".s")
    ctx.actions.write(source, text)
    object = ctx.actions.declare_file(name + ".o")
    run_seed_tool(
        ctx,
        seed,
        "clang",
        arguments = [_CARRIER, "-c", source.path, "-o", object.path],
        inputs = depset([source], transitive = [inputs]),
        outputs = [object],
        mnemonic = "CrossenvAssemble",
        progress_message = "Gathering files of %{label}",
    )
    return object

def _section(name, paths, more = ""):
    return [".section {},\"\",@progbits".format(name)] + [".incbin \"{}\"{}".format(path, more) for path in paths]

def _dump_sections(ctx, seed, object, outputs):
    """Writes the bytes of sections to files. `outputs` is a dict: name of a section → File."""
    rest = ctx.actions.declare_file(object.basename + ".rest", sibling = object)
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    for section, output in outputs.items():
        args.add("--dump-section")
        args.add(output, format = section + "=%s")

    # What remains is not wanted; llvm-objcopy has to put it somewhere.
    args.add("--strip-all")
    args.add("--only-section=.nothing")
    args.add(object)
    args.add(rest)
    run_seed_tool(
        ctx,
        seed,
        "llvm-objcopy",
        arguments = [args],
        inputs = [object],
        # Bazel puts the parameter file beside the first output.
        outputs = [rest] + outputs.values(),
        mnemonic = "CrossenvUnpack",
        progress_message = "Writing files of %{label}",
    )

def copy_files(ctx, seed, name, copies):
    """Copies files.

    Args:
      ctx: The context of a rule with the seed toolchain.
      seed: A SeedInfo.
      name: Prefix of the names of intermediate files.
      copies: Dict: File to make → File to copy.
    """
    sections = {".f{}".format(index): pair for index, pair in enumerate(copies.items())}
    lines = [line for section, (_, source) in sections.items() for line in _section(section, [source.path])]
    object = _assemble(ctx, seed, name, "\n".join(lines) + "\n", depset(copies.values()))
    _dump_sections(ctx, seed, object, {section: output for section, (output, _) in sections.items()})

_ASCII = {
    char: 32 + index
    for index, char in enumerate(" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~".elems())
}

def _sum(text):
    total = 0
    for char in text.elems():
        total += _ASCII[char]
    return total

# Digits of a tar header's numbers; the last is `(value)&7`.
_SIZE_SHIFTS = range(30, -1, -3)
_CHECKSUM_SHIFTS = range(15, -1, -3)

def _octal_digit(value, shift):
    return "({}>>{}&7)".format(value, shift)

_MACROS = [
    ".macro octal11 value",
    ".byte " + ",".join(["48+" + _octal_digit("(\\value)", shift) for shift in _SIZE_SHIFTS]),
    ".endm",
    ".macro octal6 value",
    ".byte " + ",".join(["48+" + _octal_digit("(\\value)", shift) for shift in _CHECKSUM_SHIFTS]),
    ".endm",
]

def _field(text, size):
    return [".ascii \"{}\"".format(text), ".zero {}".format(size - len(text))] if text else [".zero {}".format(size)]

def _split_name(path):
    """A tar header has 155 bytes for leading folders and 100 for the rest."""
    if len(path) <= 100:
        return "", path
    for index in range(len(path)):
        if path[index] == "/" and index <= 155 and len(path) - index - 1 <= 100:
            return path[:index], path[index + 1:]
    fail("the path {} is too long for a tar file.".format(path))

def _tar_member(index, path, mode, type, link = "", source = None):
    """A member of a POSIX.1-1988 tar file: its header, and its bytes, padded to whole blocks."""
    prefix, name = _split_name(path)
    size = "size{}".format(index)
    checksum = "checksum{}".format(index)
    begin = "begin{}".format(index)
    end = "end{}".format(index)
    owner = "0000000"

    # The checksum counts the header's bytes, its own field as eight spaces.
    constant = (_sum(name + prefix + link + mode + owner + owner + _MODIFIED + type + "ustar" + "00") + 8 * _ASCII[" "] +
                len(_SIZE_SHIFTS) * _ASCII["0"])
    lines = [
        ".set {},{}-{}".format(size, end, begin),
        ".set {},{}+{}".format(checksum, constant, "+".join([_octal_digit(size, shift) for shift in _SIZE_SHIFTS])),
    ]
    lines += _field(name, 100) + _field(mode, 8) + _field(owner, 8) + _field(owner, 8)
    lines += ["octal11 " + size, ".zero 1"] + _field(_MODIFIED, 12)
    lines += ["octal6 " + checksum, ".ascii \"\\000 \"", ".ascii \"{}\"".format(type)]
    lines += _field(link, 100) + _field("ustar", 6) + [".ascii \"00\""] + _field("", 32 + 32 + 8 + 8)
    lines += _field(prefix, 155) + [".zero 12"]
    lines += [begin + ":"] + ([".incbin \"{}\"".format(source.path)] if source else []) + [end + ":"]
    return lines + [".balign {}".format(_BLOCK)]

def write_tar_zst(ctx, seed, output, files, executables, links):
    """Writes a tar archive, compressed with Zstandard.

    Args:
      ctx: The context of a rule with the seed toolchain.
      seed: A SeedInfo.
      output: The File to make.
      files: Dict: path → File.
      executables: Dict: path → File.
      links: Dict: path → what the symbolic link says.
    """
    members = {path: struct(mode = "0000644", type = "0", link = "", source = file) for path, file in files.items()}
    members |= {path: struct(mode = "0000755", type = "0", link = "", source = file) for path, file in executables.items()}
    members |= {path: struct(mode = "0000777", type = "2", link = link, source = None) for path, link in links.items()}
    lines = _MACROS + [".section .tar,\"\",@progbits"]
    for index, path in enumerate(sorted(members)):
        member = members[path]
        lines += _tar_member(index, path, member.mode, member.type, member.link, member.source)
    lines.append(".zero {}".format(2 * _BLOCK))
    name = output.basename
    tar = _assemble(ctx, seed, name, "\n".join(lines) + "\n", depset(files.values() + executables.values()))
    compressed = ctx.actions.declare_file(name + ".compressed.o")
    run_seed_tool(
        ctx,
        seed,
        "llvm-objcopy",
        arguments = ["--compress-sections=.tar=zstd", tar.path, compressed.path],
        inputs = [tar],
        outputs = [compressed],
        mnemonic = "CrossenvCompress",
        progress_message = "Compressing %{label}",
    )
    section = ctx.actions.declare_file(name + ".section")
    _dump_sections(ctx, seed, compressed, {".tar": section})
    frame = _assemble(ctx, seed, name + ".frame", "\n".join(_section(".zst", [section.path], "," + str(_COMPRESSION_HEADER))) + "\n", depset([section]))
    _dump_sections(ctx, seed, frame, {".zst": output})
