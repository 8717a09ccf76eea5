"""What a build gets for a platform of a known system on a CPU that the system does not have."""

visibility("//toolchains/...")

def _missing_toolchain_impl(ctx):
    fail("there is no C++ toolchain for this platform: {}.".format(ctx.attr.message))

_missing_toolchain = rule(
    implementation = _missing_toolchain_impl,
    doc = "In the place of a toolchain that does not exist: says so when it is chosen.",
    attrs = {"message": attr.string(mandatory = True)},
)

# buildifier: disable=unnamed-macro
def register_missing(systems, hosts):
    """Declares, for each system, what is chosen when none of its toolchains fits. Registered after all others.

    Only platforms that name an ABI of this module's are meant, and only hosts that have a compiler seed: elsewhere Bazel
    goes on to what others have registered.

    Args:
      systems: Dict: name → dict of `constraints` (list of constraint values) and `platforms` (names of those that exist).
      hosts: Dict of the hosts: name → struct of constraints and seeds, see //toolchains:hosts.bzl.
    """
    for name, system in systems.items():
        _missing_toolchain(
            name = name,
            message = "of its operating system and ABI there are {}".format(", ".join(system["platforms"])),
            tags = ["manual"],
        )
        for host, row in hosts.items():
            native.toolchain(
                name = "{}_to_missing_{}".format(host, name),
                exec_compatible_with = row.constraints,
                target_compatible_with = system["constraints"],
                toolchain = ":" + name,
                toolchain_type = "@bazel_tools//tools/cpp:toolchain_type",
            )
