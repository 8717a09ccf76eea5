"""The C++ toolchains of one target: one for each host that the compiler runs on and each link mode.

Wildcards leave them out: a toolchain for another host has a compiler seed that nothing else would fetch.
"""

load("@rules_cc//cc/toolchains:cc_toolchain.bzl", "cc_toolchain")
load("//bzlmod/crossenv:target.bzl", "crossenv_target")
load("//bzlmod/runtimes:built_once.bzl", "built_once")
load("//bzlmod/runtimes:llvm_versions.bzl", "with_llvm_version")
load("//bzlmod/runtimes:micro_architectures.bzl", "by_micro_architecture", "micro_architectures", "with_micro_architecture")
load("//bzlmod/toolchain:config.bzl", "toolchain_config")
load("//bzlmod/toolchain:dynamic_mode_runtime.bzl", "archives_by_other_names", "stand_ins")
load("//bzlmod/toolchain:module_map.bzl", "system_module_map")
load("//bzlmod/windows:linked.bzl", "platform_libraries")

visibility("//bzlmod/...")

def _host_toolchain(name, seed, machine, link_mode, linked_libraries, dynamic_runtime_lib, c_includes = [], cxx_includes = [], **config):
    link_files = "link_files." + link_mode

    # What of a toolchain differs by micro-architecture is chosen here, for its files are not built in the target's configuration.
    chosen = lambda target: by_micro_architecture(machine, lambda wanted: ":" + with_micro_architecture(target, wanted))
    toolchain_config(
        name = name + ".config",
        c_includes = c_includes,
        cxx_includes = cxx_includes,
        fission = select({
            "//bzlmod/toolchain:keeps_debug_information": False,
            "//conditions:default": True,
        }),
        path_mapping = select({
            "//bzlmod/toolchain:maps_paths": True,
            "//conditions:default": False,
        }),
        link_files = chosen(link_files),
        link_mode = link_mode,
        linked_libraries = linked_libraries,
        seed = seed + "//:seed",
        tags = ["manual"],
        **config
    )
    system_module_map(
        name = name + ".module_map",
        includes = cxx_includes + c_includes,
        seed = seed + "//:seed",
        tags = ["manual"],
    )
    native.filegroup(
        name = name + ".compiler_files",
        srcs = [seed + "//:compiler", seed + "//:resource_headers"] + cxx_includes + c_includes,
        tags = ["manual"],
    )
    for wanted in [None] + micro_architectures(machine.cpu):
        native.filegroup(
            name = with_micro_architecture(name + ".linker_files", wanted),
            srcs = [
                with_micro_architecture(link_files, wanted),
                with_micro_architecture("stand_ins", wanted),
                "//bzlmod/toolchain:no_pie.cfg",
                seed + "//:linker_files",
            ] + linked_libraries,
            tags = ["manual"],
        )
        native.filegroup(
            name = with_micro_architecture(name + ".all_files", wanted),
            srcs = [
                ":" + name + ".compiler_files",
                ":" + with_micro_architecture(name + ".linker_files", wanted),
                seed + "//:binary_tools",
            ],
            tags = ["manual"],
        )
    cc_toolchain(
        name = name,
        all_files = chosen(name + ".all_files"),
        ar_files = seed + "//:binary_tools",
        as_files = ":" + name + ".compiler_files",
        compiler_files = ":" + name + ".compiler_files",
        dwp_files = seed + "//:binary_tools",
        dynamic_runtime_lib = chosen(dynamic_runtime_lib),
        linker_files = chosen(name + ".linker_files"),
        module_map = ":" + name + ".module_map",
        objcopy_files = seed + "//:binary_tools",
        static_runtime_lib = chosen("cxx_link_files"),
        strip_files = seed + "//:binary_tools",
        supports_header_parsing = True,
        tags = ["manual"],
        toolchain_config = ":" + name + ".config",
        # With --incompatible_check_visibility_for_toolchains whatever asks for a toolchain must see it, and each alias to it.
        visibility = ["//visibility:public"],
    )

def _by_link_mode(name, prefix, link_modes, static_platform):
    """An alias to `<prefix>.<link mode>`, for the link mode that the platform asks for."""
    native.alias(
        name = name,
        actual = select({
            "//constraints/link_mode:default": ":{}.{}".format(prefix, link_modes[0]),
        } | {
            "//constraints/link_mode:" + link_mode: ":{}.{}".format(prefix, link_mode)
            for link_mode in link_modes
        }, no_match_error = "{} links {}; no other mode of //constraints/link_mode exists for it.{}".format(
            native.package_name(),
            " or ".join(link_modes),
            " For static programs take {}.".format(static_platform) if static_platform else "",
        )),
        tags = ["manual"],
        visibility = ["//visibility:public"],
    )

def _platform_of(platform, link_mode, link_modes):
    """Name of the platform that links in a mode: of the default one, it says nothing."""
    return platform if link_mode == link_modes[0] else "{}_{}".format(platform, link_mode)

def target_toolchains(hosts, link_modes, llvm, link_files = [], link_files_by_mode = {}, cxx_archives = [], cxx_link_files = [], cxx_shared_link_files = [], linked_libraries = None, tool_prefixes = [], **config):
    """Declares the toolchains of the target that the calling package is for.

    Args:
      hosts: Dict of the hosts: name → struct whose seeds are the repositories of its compiler seeds, by version of LLVM.
      link_modes: How executables can be linked; the first is the default, the others are asked for by a constraint
        of //constraints/link_mode.
      llvm: Version of LLVM.
      link_files: Runtime targets that every link reads.
      link_files_by_mode: Dict: link mode → further runtime targets that links of this mode read.
      cxx_archives: Paths of the C++ runtime's archives in the target's tree.
      cxx_link_files: Runtime targets that links with C++ read.
      cxx_shared_link_files: Runtime targets that links with C++ read in their place when they link it dynamically.
      linked_libraries: A label flag that names further libraries which links find by -l, or None.
      tool_prefixes: Triples that build systems put before the names of tools, for //:crossenv.
      **config: Further attributes of `toolchain_config`.
    """
    machine = struct(cpu = config["cpu"], platform = config["platform_name"])
    known = micro_architectures(machine.cpu)
    for link_mode in link_modes:
        built_once(
            name = "link_files." + link_mode,
            srcs = link_files + link_files_by_mode.get(link_mode, []),
            llvm = llvm,
            micro_architectures = known,
        )
    built_once(name = "cxx_link_files", srcs = cxx_link_files, llvm = llvm, micro_architectures = known)
    built_once(name = "cxx_shared_link_files", srcs = cxx_shared_link_files, llvm = llvm, micro_architectures = known)
    stand_ins(name = "stand_ins", archives = cxx_archives, llvm = llvm, micro_architectures = known)
    for wanted in [None] + known:
        archives_by_other_names(
            name = with_micro_architecture("cxx_link_files.dynamic_mode", wanted),
            archives = ":" + with_micro_architecture("cxx_link_files", wanted),
        )
    for link_mode in link_modes:
        crossenv_target(
            name = "crossenv." + link_mode,
            cxx_link_files = by_micro_architecture(machine, lambda wanted: ":" + with_micro_architecture("cxx_link_files", wanted)),
            link_files = by_micro_architecture(machine, lambda wanted: [
                ":" + with_micro_architecture("link_files." + mode, wanted)
                for mode in link_modes
            ]) + ([":linked_libraries"] if linked_libraries else []),
            folder = by_micro_architecture(machine, lambda wanted: with_llvm_version(with_micro_architecture("{}.{}".format(
                _platform_of(config["platform_name"], link_mode, link_modes),
                config["libc"].rpartition("_")[2],
            ), wanted), llvm)),
            link_mode = link_mode,
            tags = ["manual"],
            tool_prefixes = tool_prefixes,
            **config
        )
    _by_link_mode("crossenv", "crossenv", link_modes, config.get("static_platform"))
    if linked_libraries:
        platform_libraries(
            name = "linked_libraries",
            libraries = linked_libraries,
            platform = with_llvm_version(config["platform_name"], llvm),
            tags = ["manual"],
        )
    platform = config["platform_name"]
    other_platforms = {
        "dynamic_platform": _platform_of(platform, "dynamic", link_modes) if "dynamic" in link_modes[1:] else "",
        "static_platform": platform if link_modes[0] == "static" else config.get("static_platform", ""),
    }
    for host, row in hosts.items():
        for link_mode in link_modes:
            _host_toolchain(
                name = host + "." + link_mode,
                dynamic_runtime_lib = "cxx_shared_link_files" if link_mode == "dynamic" and cxx_shared_link_files else "cxx_link_files.dynamic_mode",
                link_mode = link_mode,
                linked_libraries = [":linked_libraries"] if linked_libraries else [],
                machine = machine,
                seed = row.seeds[llvm],
                **(config | other_platforms)
            )
        _by_link_mode(host, host, link_modes, config.get("static_platform"))
