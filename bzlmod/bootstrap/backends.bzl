"""Which of LLVM's targets a compiler that is built from source makes code for."""

visibility("private")

# The flag, //bootstrap:backends.
BACKENDS = Label("//bootstrap:backends")

BackendsInfo = provider(
    doc = "The LLVM targets of a build.",
    fields = {
        "chosen": "List of those that are built.",
        "known": "List of all that can be.",
    },
)

def _backends_flag_impl(ctx):
    unknown = [backend for backend in ctx.build_setting_value if backend not in ctx.attr.known]
    if unknown:
        fail("{}: there {} no {}. There are: {}.".format(
            ctx.label,
            "is" if len(unknown) == 1 else "are",
            ", ".join(unknown),
            ", ".join(ctx.attr.known),
        ))
    return [BackendsInfo(chosen = ctx.build_setting_value, known = ctx.attr.known)]

backends_flag = rule(
    implementation = _backends_flag_impl,
    doc = "A flag that lists LLVM targets. One that there is not fails.",
    build_setting = config.string_list(flag = True),
    attrs = {"known": attr.string_list(mandatory = True, doc = "All LLVM targets that the compiler's sources are imported for.")},
)

def backend_condition(backend):
    """Returns the label of the condition that a backend is built.

    Args:
      backend: Its name, as LLVM has it (`AArch64`).
    """
    return Label("//bootstrap:has_" + backend)
