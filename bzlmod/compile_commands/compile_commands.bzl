"""A compilation database of what targets compile, for clangd and other tools that read sources as the compiler does.

An aspect takes each compilation's arguments from Bazel's own action, so that nothing is said twice. An action's paths are relative
to the execution root, whose links to sources Bazel lays anew with each build; so the database is of the workspace, and paths to
other repositories and to outputs are absolute there. Where those folders are no action can know, so that a small program, which
`bazel run` starts, puts them in.
"""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//bzlmod/toolchain:extra_arguments.bzl", "is_exec_configuration")

# defs.bzl loads it.
visibility("public")

CompileCommandsInfo = provider(
    doc = "What a target, and all that it depends on, compiles.",
    fields = {
        "commands": "Depset of strings: entries of a compilation database, a line each, as write_compile_commands.c reads them.",
        "generated": "Depset of Files: sources and headers that the build makes.",
    },
)

# What stands for a folder in an entry, before its path there: no argument has such a character.
_OUTPUT_BASE = "\1b"
_EXECUTION_ROOT = "\1x"

_EXTERNAL = "external/"
_OUTPUTS = "bazel-out/"

# What comes before a path in an argument.
_PREFIXES = ["", "-I", "-F", "-B", "-L", "-isystem", "-iquote", "-include"]

# Module maps are outputs that a program other than the build would not find, and say what may be included, not what there is.
_LEFT_OUT = ["-fmodule-map-file=", "-fmodule-name=", "-fmodules-strict-decluse", "-MD"]
_LEFT_OUT_WITH_NEXT = ["-MF"]

def _located(argument):
    """An argument with the folder that its path is relative to, where that is not the workspace."""
    flag, equals, value = argument.partition("=")
    candidates = [(prefix, argument[len(prefix):]) for prefix in _PREFIXES if argument.startswith(prefix)]
    for before, path in candidates + ([(flag + equals, value)] if equals else []):
        if path.startswith(_EXTERNAL):
            return before + _OUTPUT_BASE + path
        if path.startswith(_OUTPUTS) or path.startswith("../"):
            return before + _EXECUTION_ROOT + path
    return argument

def _arguments(argv):
    kept = []
    previous = ""
    for argument in argv:
        if not (argument.startswith(tuple(_LEFT_OUT)) or argument in _LEFT_OUT_WITH_NEXT or previous in _LEFT_OUT_WITH_NEXT):
            kept.append(_located(argument))
        previous = argument
    return kept

def _after(arguments, flag):
    """The argument after a flag, or None."""
    return arguments[arguments.index(flag) + 1] if flag in arguments[:-1] else None

def compilations(target):
    """Returns the compilations of one target, each as a struct of source (path), arguments (list of strings, the compiler first) and
    inputs (depset of Files, without the headers of libraries).

    Of a source that is compiled with and without -fPIC, the first.

    Args:
      target: A configured target, as an aspect has it.
    """
    found = {}
    for action in target.actions:
        # Of a folder of sources, Bazel knows no command before the folder is made.
        if action.mnemonic == "CppCompile" and action.argv:
            source = _after(action.argv, "-c")
            if source and source not in found:
                found[source] = struct(source = source, arguments = action.argv, inputs = action.inputs)
    return found.values()

def _entry(compilation):
    arguments = _arguments(compilation.arguments)
    output = _after(arguments, "-o")
    return json.encode(
        {"file": _located(compilation.source), "arguments": arguments} | ({"output": output} if output else {}),
    )

def _collected(ctx, field):
    """Depsets of a field of the targets that this one depends on by any attribute."""
    found = []
    for name in dir(ctx.rule.attr):
        value = getattr(ctx.rule.attr, name)
        for entry in value if type(value) == "list" else (value.keys() if type(value) == "dict" else [value]):
            if type(entry) == "Target" and CompileCommandsInfo in entry:
                found.append(getattr(entry[CompileCommandsInfo], field))
    return found

def _generated_files(target, ctx, compiled):
    """The sources that a target compiles, and its headers, that are outputs of the build."""
    paths = [compilation.source for compilation in compiled]
    sources = [file for file in getattr(ctx.rule.files, "srcs", []) if file.path in paths]
    context = target[CcInfo].compilation_context if CcInfo in target else None
    headers = context.direct_headers + context.direct_private_headers + context.direct_textual_headers if context else []
    return [file for file in sources + headers if not file.is_source]

def _compile_commands_impl(target, ctx):
    # What a tool of the build compiles is for the machine that builds.
    if is_exec_configuration(ctx):
        return [CompileCommandsInfo(commands = depset(), generated = depset())]
    compiled = compilations(target)
    return [CompileCommandsInfo(
        commands = depset([_entry(compilation) for compilation in compiled], transitive = _collected(ctx, "commands")),
        generated = depset(_generated_files(target, ctx, compiled), transitive = _collected(ctx, "generated")),
    )]

_compile_commands_aspect = aspect(
    implementation = _compile_commands_impl,
    attr_aspects = ["*"],
    doc = "Collects the commands of C and C++ compilations.",
)

def _compile_commands_rule_impl(ctx):
    infos = [target[CompileCommandsInfo] for target in ctx.attr.targets if CompileCommandsInfo in target]
    commands = depset(transitive = [info.commands for info in infos])
    if not commands:
        fail("{}: nothing is compiled for C or C++ by {}. Name targets of yours: {}.".format(
            ctx.label,
            ", ".join([str(target.label) for target in ctx.attr.targets]),
            ctx.attr.mend,
        ))
    suffix = ".exe" if ctx.executable._write.extension == "exe" else ""
    program = ctx.actions.declare_file(ctx.label.name + suffix)
    ctx.actions.symlink(output = program, target_file = ctx.executable._write, is_executable = True)

    # Beside the program, which finds it by its own name.
    entries = ctx.actions.declare_file(ctx.label.name + ".entries")
    lines = ctx.actions.args()
    lines.set_param_file_format("multiline")
    lines.add_all(commands)
    ctx.actions.write(entries, lines)
    return [DefaultInfo(
        executable = program,
        files = depset([program, entries]),
        runfiles = ctx.runfiles([entries], transitive_files = depset(transitive = [info.generated for info in infos])),
    )]

compile_commands = rule(
    implementation = _compile_commands_rule_impl,
    doc = """Writes `compile_commands.json` into the workspace when it is run, for the platform that `--platforms` names.

    compile_commands(
        name = "compile_commands",
        targets = ["//app", "//app:tests"],
    )

    bazel run //:compile_commands --platforms=//:phone

It has what these targets compile, and all that they depend on. Headers and sources that the build makes are made.""",
    attrs = {
        "mend": attr.string(default = "`targets` of the rule", doc = "For messages: where targets are named."),
        "targets": attr.label_list(aspects = [_compile_commands_aspect], mandatory = True, doc = "Targets of any rules."),
        "_write": attr.label(default = "//bzlmod/compile_commands:write_compile_commands", executable = True, cfg = "exec"),
    },
    executable = True,
)
