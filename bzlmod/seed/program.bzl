"""Programs of the compiler seed, for people: `bazel run @xllvm//tools:llvm-nm -- file.o`."""

load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE")

visibility(["//bzlmod/...", "//tools"])

def _seed_program_impl(ctx):
    seed = ctx.toolchains[SEED_TOOLCHAIN_TYPE].seed
    if ctx.attr.program not in seed.tools:
        fail(("the compiler seed has no {}. It has: {}. An LLVM of yours that has it takes the seed's place where the " +
              "environment variable XLLVM_LLVM_ROOT, or the tag local_llvm, names its root.").format(
            ctx.attr.program,
            ", ".join(sorted(seed.tools)),
        ))

    # By its own name: one program may be many tools, and takes what it is called by for the one that is wanted.
    link = ctx.actions.declare_file(ctx.attr.program + seed.executable_suffix)
    program = seed.tools[ctx.attr.program]
    ctx.actions.symlink(output = link, target_file = program, is_executable = True)
    return [DefaultInfo(
        executable = link,
        files = depset([link]),
        runfiles = ctx.runfiles([program], transitive_files = depset(transitive = [seed.libraries, seed.resource_headers])),
    )]

seed_program = rule(
    implementation = _seed_program_impl,
    doc = "A program of the compiler seed, to be run, or to be a tool of a genrule. Where the seed lacks it, analysis fails and says so.",
    attrs = {"program": attr.string(mandatory = True, doc = "Its name, without a suffix.")},
    executable = True,
    toolchains = [SEED_TOOLCHAIN_TYPE],
)

# buildifier: disable=unnamed-macro
def seed_programs(programs):
    """Declares a target for each of the seed's programs, by the program's name.

    Args:
      programs: List of names, without a suffix.
    """
    for program in programs:
        # Wildcards leave them out: not every seed has all.
        seed_program(name = program, program = program, tags = ["manual"])
