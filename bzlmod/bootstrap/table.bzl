"""Tables that LLVM is compiled with: what TableGen makes of descriptions."""

visibility("private")

def _table_impl(ctx):
    args = ctx.actions.args()
    args.add_all(ctx.attr.arguments)
    root = ctx.label.workspace_root + "/" if ctx.label.workspace_root else ""
    args.add_all([root + folder for folder in ctx.attr.include], before_each = "-I")
    args.add(ctx.file.source)
    args.add("-o", ctx.outputs.out)
    ctx.actions.run(
        executable = ctx.executable.program,
        arguments = [args],
        inputs = depset([ctx.file.source], transitive = [ctx.attr.descriptions[DefaultInfo].files]),
        outputs = [ctx.outputs.out] + ctx.outputs.further_outs,
        mnemonic = "LlvmTable",
        progress_message = "Making %{output}",
        execution_requirements = {"supports-path-mapping": "1"},
    )

table = rule(
    implementation = _table_impl,
    doc = "A file that a program of TableGen's makes of a description.",
    attrs = {
        "arguments": attr.string_list(doc = "What is made of it, and how."),
        "descriptions": attr.label(mandatory = True, doc = "All descriptions that it may include."),
        "further_outs": attr.output_list(doc = "Files that are made beside it."),
        "include": attr.string_list(doc = "Where it finds others, relative to the repository."),
        "out": attr.output(mandatory = True, doc = "The file."),
        "program": attr.label(mandatory = True, executable = True, cfg = "exec", doc = "The program."),
        "source": attr.label(mandatory = True, allow_single_file = [".td"], doc = "The description."),
    },
)
