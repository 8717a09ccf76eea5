"""Runtimes are built once, whatever the options of the build that needs them.

Two hops lead from a toolchain to its runtimes:

  1. `cfg = "exec"` leaves the user's target options behind: --copt, --compilation_mode and the like do not reach the
     execution configuration.
  2. A transition sets the options that remain to fixed values. The compiling rules take everything that describes the
     target from their attributes, so one configuration serves the runtimes of all targets.

A transition alone would not do: Bazel names an output directory after all options that differ from the top level's, so
that `--copt=-g` would move, and rebuild, every runtime. Which execution platform the compiling actions run on is not
inherited from the toolchain: they choose the first that has a compiler seed, the same one for every toolchain.

Micro-architectures and versions of LLVM are what makes a difference. The first hop leaves the platform behind, as
does a toolchain's for its files: so for each micro-architecture there is a target of its own, which those before it choose by select(), and
behind the hops a platform that says nothing else. A version of LLVM that is not the default has targets' packages of its
own, and what is built for these has such a platform as well, by which the seed toolchain is that version's.

Starlark flags are the gap. Up to Bazel 9 the first hop keeps what a transition set them to, and a transition can only set
flags that it names. So the second names those of the extension's tag `ignored_flags`; docs/model.md tells when to write it.
"""

load("@ignored_flags//:flags.bzl", "IGNORED_FLAGS")
load("//bzlmod/runtimes:llvm_versions.bzl", "DEFAULT_LLVM", "with_llvm_version")
load("//bzlmod/runtimes:micro_architectures.bzl", "with_micro_architecture")

visibility("//bzlmod/...")

# Bazel names an output directory after the options in which it differs from the execution configuration, to which the
# user's --host_ options belong. No user writes this value, so the lists always differ, and always alike. Nothing that is
# built here reads them.
_NOBODYS = ["xllvm_runtimes"]

# The same for options of single files: no file has this name.
_NOBODYS_FILES = ["xllvm_runtimes@xllvm_runtimes"]

_OPTIONS = {
    "//command_line_option:collect_code_coverage": False,
    "//command_line_option:compilation_mode": "fastbuild",
    "//command_line_option:conlyopt": _NOBODYS,
    "//command_line_option:copt": _NOBODYS,
    "//command_line_option:cxxopt": _NOBODYS,
    "//command_line_option:features": _NOBODYS,
    "//command_line_option:linkopt": _NOBODYS,
    "//command_line_option:per_file_copt": _NOBODYS_FILES,
    "//command_line_option:stamp": False,
    "//command_line_option:strip": "never",
}

_PLATFORMS = "//command_line_option:platforms"

def _platform(variant = None, llvm = DEFAULT_LLVM):
    """The platform that runtimes are configured for; of a variant, which is a micro-architecture or a sanitizer."""
    return str(Label("//platforms:" + with_llvm_version(with_micro_architecture("runtimes", variant), llvm)))

# A value for each type of a Starlark flag. Nobody reads it here, so that it need not be one that the flag allows.
_VALUES = {
    "Label": _platform(),
    "bool": False,
    "int": 0,
    "list": _NOBODYS,
    "string": _NOBODYS[0],
}

def _fixed_value(flag, value):
    if type(value) not in _VALUES:
        fail("xllvm.ignored_flags: {} is a {}, and can be none but a {}.".format(flag, type(value), ", ".join(_VALUES.keys())))
    return _VALUES[type(value)]

def _fixed_options_impl(settings, attr):
    return _OPTIONS | {_PLATFORMS: [attr.platform]} | {flag: _fixed_value(flag, value) for flag, value in settings.items()}

_fixed_options = transition(
    implementation = _fixed_options_impl,
    inputs = IGNORED_FLAGS,
    outputs = _OPTIONS.keys() + [_PLATFORMS] + IGNORED_FLAGS,
)

def _forward_impl(ctx):
    return [DefaultInfo(files = depset(transitive = [source[DefaultInfo].files for source in ctx.attr.srcs]))]

_with_fixed_options = rule(
    implementation = _forward_impl,
    doc = "Forwards files that are built with the fixed options.",
    attrs = {
        "platform": attr.string(mandatory = True, doc = "The platform that they are configured for."),
        "srcs": attr.label_list(cfg = _fixed_options),
    },
)

_from_exec = rule(
    implementation = _forward_impl,
    doc = "Forwards files from the execution configuration.",
    attrs = {"srcs": attr.label_list(cfg = "exec")},
)

def built_once(name, srcs, llvm = DEFAULT_LLVM, micro_architectures = [], sanitizer = None, tags = [], **kwargs):
    """Files of runtimes, in the one configuration that they are built in. Wildcards leave them out.

    Args:
      name: Name of the target.
      srcs: Targets that compile runtimes.
      llvm: Version of LLVM whose compiler compiles them.
      micro_architectures: For each of these there is a further target, called as with_micro_architecture says.
      sanitizer: The sanitizer that runtimes are compiled with, if any.
      tags: Further tags.
      **kwargs: Common attributes.
    """
    for micro_architecture in [None] + micro_architectures:
        own_name = with_micro_architecture(name, micro_architecture)
        _with_fixed_options(
            name = own_name + ".fixed_options",
            platform = _platform(micro_architecture or sanitizer, llvm),
            srcs = srcs,
            tags = ["manual"],
            visibility = ["//visibility:private"],
        )
        _from_exec(
            name = own_name,
            srcs = [own_name + ".fixed_options"],
            tags = ["manual"] + tags,
            **kwargs
        )
