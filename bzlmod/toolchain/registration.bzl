"""What is registered: compiler seeds for hosts, and C++ toolchains for pairs of host and target.

//toolchains:all has those for platforms that name an ABI, @default_toolchains//:all those for platforms that name none.
"""

load("//bzlmod/crossenv:target.bzl", "CROSSENV_TOOLCHAIN_TYPE")
load("//bzlmod/runtimes:llvm_versions.bzl", "by_llvm_version", "with_llvm_version")
load("//bzlmod/seed:seed.bzl", "SEED_TOOLCHAIN_TYPE")
load("//toolchains:llvm_versions.bzl", "LLVM_VERSIONS")

# @default_toolchains loads it, which no list can name.
visibility("public")

_CC_TOOLCHAIN_TYPE = "@bazel_tools//tools/cpp:toolchain_type"

# buildifier: disable=unnamed-macro
def register_seeds(hosts):
    """Declares the compiler seeds as toolchains: `seed_<host>`.

    Args:
      hosts: Dict of the hosts: name → struct of constraints and seeds, see //toolchains:hosts.bzl.
    """
    for host, row in hosts.items():
        seed = "seed_{}.seed".format(host)
        native.alias(
            name = seed,
            actual = by_llvm_version(host, lambda version: row.seeds[version] + ".seed"),
            tags = ["manual"],
            visibility = ["//visibility:public"],
        )
        native.toolchain(
            name = "seed_" + host,
            exec_compatible_with = row.constraints,
            toolchain = ":" + seed,
            toolchain_type = SEED_TOOLCHAIN_TYPE,
        )

def _by_version(name, target, platform, versions):
    """An alias to a target of the package that is for the versions of the libc and of LLVM which the platform asks for."""
    native.alias(
        name = name,
        actual = by_llvm_version(platform, lambda llvm: ":{}.{}".format(name, llvm)),
        tags = ["manual"],
        visibility = ["//visibility:public"],
    )
    for llvm in LLVM_VERSIONS:
        _by_libc_version("{}.{}".format(name, llvm), target, platform, {
            condition: with_llvm_version(package, llvm)
            for condition, package in versions.items()
        })

def _by_libc_version(name, target, platform, versions):
    native.alias(
        name = name,
        actual = select(
            {condition: "{}:{}".format(package, target) for condition, package in versions.items()},
            no_match_error = "{} has no toolchain for this version of its libc. It has: {}.".format(platform, ", ".join(versions.keys())),
        ),
        tags = ["manual"],
        visibility = ["//visibility:public"],
    )

def register_target(name, constraints, hosts, versions, default_for = None):
    """Declares the C++ toolchains of a platform, `<host>_to_<platform>`, and what //:crossenv makes of it.

    Args:
      name: Name of the platform, without a version of its libc.
      constraints: Constraint values that the platform has in common with all its versions.
      hosts: Dict of the hosts: name → struct of constraints and seeds.
      versions: Dict: constraint value of the libc's version → package of the target. One whose target has no versions
        has the key `//conditions:default` alone.
      default_for: Constraint values of a platform that names no ABI and means this one, or None.
    """
    constraints_by_suffix = {"": constraints} | ({"_by_default": default_for} if default_for else {})
    crossenv = "crossenv_" + name
    _by_version(crossenv + ".target", "crossenv", name, versions)
    for suffix, target_constraints in constraints_by_suffix.items():
        native.toolchain(
            name = crossenv + suffix,
            target_compatible_with = target_constraints,
            toolchain = ":" + crossenv + ".target",
            toolchain_type = CROSSENV_TOOLCHAIN_TYPE,
        )
    for host, row in hosts.items():
        pair = "{}_to_{}".format(host, name)
        _by_version(pair + ".cc_toolchain", host, name, versions)
        native.toolchain(
            name = pair,
            exec_compatible_with = row.constraints,
            target_compatible_with = constraints,
            toolchain = ":" + pair + ".cc_toolchain",
            toolchain_type = _CC_TOOLCHAIN_TYPE,
        )

# buildifier: disable=unnamed-macro
def register_defaults(defaults, hosts):
    """Declares the C++ toolchains for platforms that name no ABI, in a repository of their own.

    Args:
      defaults: Dict: name of the platform that is meant → constraint values of those that mean it.
      hosts: Dict of the hosts: name → struct of constraints and seeds.
    """
    for name, constraints in defaults.items():
        for host, row in hosts.items():
            pair = "{}_to_{}".format(host, name)
            native.toolchain(
                name = pair,
                exec_compatible_with = [Label(constraint) for constraint in row.constraints],
                target_compatible_with = [Label(constraint) for constraint in constraints],
                toolchain = Label("//toolchains:{}.cc_toolchain".format(pair)),
                toolchain_type = _CC_TOOLCHAIN_TYPE,
            )
