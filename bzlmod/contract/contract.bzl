"""A check of what a link has made, on by request."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")

visibility("public")

AllowedLibrariesInfo = provider(
    doc = "Libraries that programs may need.",
    fields = {"names": "List of strings: names as DT_NEEDED has them."},
)

allowed_libraries = rule(
    implementation = lambda ctx: AllowedLibrariesInfo(names = ctx.build_setting_value),
    doc = "Names of libraries that a program may need beside those of its platform.",
    build_setting = config.string_list(flag = True),
)

def _is_link_input(file):
    return file.extension in ("o", "a", "lo", "so") or ".so." in file.basename

def _check(ctx, link, cc_toolchain):
    """Declares the check of one link's output.

    Args:
      ctx: The aspect's context.
      link: The link action.
      cc_toolchain: The C++ toolchain, whose libc says the version.

    Returns:
      The File that exists once the check has passed.
    """
    output = [file for file in link.outputs.to_list() if not file.extension in ("lib", "params", "map")][0]
    passed = ctx.actions.declare_file("_contract/{}.passed".format(output.basename))
    libraries = [file for file in link.inputs.to_list() if _is_link_input(file)]
    args = ctx.actions.args()
    args.use_param_file("@%s", use_always = True)
    args.set_param_file_format("multiline")
    args.add("--output", passed)
    args.add("--binary", output)
    if cc_toolchain.libc.startswith("glibc_"):
        args.add("--glibc", cc_toolchain.libc.removeprefix("glibc_"))
    args.add_all(ctx.attr._allowed[AllowedLibrariesInfo].names, before_each = "--needed")
    args.add_all(libraries, before_each = "--input")
    ctx.actions.run(
        executable = ctx.executable._check_elf,
        arguments = [args],
        inputs = [output] + libraries,
        outputs = [passed],
        mnemonic = "CheckElf",
        progress_message = "Checking %{label}",
    )
    return passed

def _elf_contract_impl(target, ctx):
    links = [action for action in target.actions if action.mnemonic == "CppLink"]
    if not links:
        return []
    cc_toolchain = find_cc_toolchain(ctx)
    return [OutputGroupInfo(_validation = depset([_check(ctx, link, cc_toolchain) for link in links]))]

elf_contract = aspect(
    implementation = _elf_contract_impl,
    doc = """Checks the ELF programs and shared libraries that a target links.

One that breaks the contract fails the build, with the symbol or library and the object that brought it:

  * it needs no symbol version of glibc that is newer than the platform's glibc;
  * it needs (DT_NEEDED) only libraries of the target's runtimes, of the build, or named by the flag `--@xllvm//bzlmod/contract:allowed=libssl.so.3,…`;
  * its search path (DT_RUNPATH, DT_RPATH) has only places relative to `$ORIGIN`;
  * it holds no path of the machine that built it.
""",
    attrs = {
        "_allowed": attr.label(default = "//bzlmod/contract:allowed"),
        "_check_elf": attr.label(default = "//bzlmod/contract:check_elf", executable = True, cfg = "exec"),
    },
    toolchains = use_cc_toolchain(),
)

def _checked_binaries_impl(ctx):
    return [
        DefaultInfo(files = depset(transitive = [target[DefaultInfo].files for target in ctx.attr.targets])),
        OutputGroupInfo(_validation = depset(transitive = [
            target[OutputGroupInfo]._validation
            for target in ctx.attr.targets
            if OutputGroupInfo in target and hasattr(target[OutputGroupInfo], "_validation")
        ])),
    ]

checked_binaries = rule(
    implementation = _checked_binaries_impl,
    doc = "Programs and shared libraries that are built only if they keep the contract of `elf_contract`.",
    attrs = {"targets": attr.label_list(aspects = [elf_contract], mandatory = True, doc = "cc_binary and cc_shared_library targets.")},
)
