"""Headers that upstream's build writes when it is configured."""

load("//bzlmod/bootstrap:backends.bzl", "BACKENDS", "BackendsInfo")

visibility("private")

def _configured_header_impl(ctx):
    backends = ctx.attr._backends[BackendsInfo]

    # As Targets.def and its like spell a target, and as Targets.h does.
    missing = [
        spelling
        for backend in backends.known
        if backend not in backends.chosen
        for spelling in ["({})".format(backend), "LLVM_HAS_{}_TARGET".format(backend.upper())]
    ]
    lines = [line for line in ctx.attr.text.splitlines() if not [word for word in missing if word in line]]
    ctx.actions.write(ctx.outputs.out, "\n".join(lines) + "\n")

configured_header = rule(
    implementation = _configured_header_impl,
    doc = "Writes a header, without the lines that are for an LLVM target which is not built.",
    attrs = {
        "out": attr.output(mandatory = True, doc = "The header."),
        "text": attr.string(mandatory = True, doc = "Its text with all targets."),
        "_backends": attr.label(default = BACKENDS, providers = [BackendsInfo]),
    },
)
