"""The repository of the C++ toolchains for platforms that name no ABI, as the machine's own is.

Toolchains that any module registers are the whole build's. Those of //toolchains are for platforms that name an ABI of
this module's, and nobody gets one by accident. These are for every platform that names none: they are there where the
root module asked for them, by a `bazel_dep` on this module or by the tag `default_toolchains`. Where some other module
depends on this one, the root keeps the compilers that it has.
"""

load("//bzlmod/toolchain:module_file.bzl", "read_module_file")

visibility("//bzlmod/...")

_BUILD_FILE = """# Made by {rule}: {reason}.
load("{registration}", "register_defaults")
load("{defaults}", "DEFAULTS")
load("{hosts}", "HOSTS")

package(default_visibility = ["//visibility:public"])

register_defaults(DEFAULTS if {wanted} else {{}}, HOSTS)
"""

def _modules_of_root(rctx):
    """Names of the root module and of those that its MODULE.bazel, and what that includes, depends on."""
    modules = []
    pending = ["MODULE.bazel"]
    seen = {}
    for _ in range(1000):
        pending = [path for path in pending if path not in seen]
        if not pending:
            break
        seen[pending[0]] = True
        path = rctx.path("{}/{}".format(rctx.workspace_root, pending[0]))
        rctx.watch(path)
        if not path.exists:
            continue
        file = read_module_file(rctx.read(path))
        modules += file.modules
        pending += [label.removeprefix("//").replace(":", "/").lstrip("/") for label in file.includes]
    return modules

def _default_toolchains_impl(rctx):
    if rctx.attr.wanted == "auto":
        wanted = rctx.attr.module in _modules_of_root(rctx)
        reason = "the root module {} on {}".format("depends" if wanted else "does not depend", rctx.attr.module)
    else:
        wanted = rctx.attr.wanted == "yes"
        reason = "the root module says so by the tag default_toolchains"
    rctx.file("BUILD.bazel", _BUILD_FILE.format(
        defaults = Label("//toolchains:defaults.bzl"),
        hosts = Label("//toolchains:hosts.bzl"),
        reason = reason,
        registration = Label("//bzlmod/toolchain:registration.bzl"),
        rule = "default_toolchains.bzl",
        wanted = wanted,
    ), executable = False)

default_toolchains = repository_rule(
    implementation = _default_toolchains_impl,
    doc = "Declares the C++ toolchains for platforms that name no ABI, where the root module wants them.",
    # What the root module says is not of this repository: it is neither vendored nor kept from an earlier build.
    local = True,
    attrs = {
        "module": attr.string(mandatory = True, doc = "Name of the module whose toolchains they are."),
        "wanted": attr.string(mandatory = True, values = ["auto", "no", "yes"], doc = "Whether they are wanted; `auto`: where the root module depends on the module."),
    },
)
