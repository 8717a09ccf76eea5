"""The C++ toolchains of one target: one for each host that the compiler runs on and each link mode.

Wildcards leave them out: a toolchain for another host has a compiler seed that nothing else would fetch.
"""

load("@rules_cc//cc/toolchains:cc_toolchain.bzl", "cc_toolchain")
load("//bzlmod/crossenv:target.bzl", "crossenv_target")
load("//bzlmod/instrumentation:asked.bzl", "by_instrumentation", "instruments_runtimes", "pairs", "where_asked")
load("//bzlmod/runtimes:built_once.bzl", "built_once")
load("//bzlmod/runtimes:llvm_versions.bzl", "with_llvm_version")
load("//bzlmod/runtimes:micro_architectures.bzl", "by_micro_architecture", "micro_architectures", "with_micro_architecture")
load("//bzlmod/toolchain:config.bzl", "toolchain_config")
load("//bzlmod/toolchain:dynamic_mode_runtime.bzl", "archives_by_other_names", "stand_ins")
load("//bzlmod/toolchain:linkers.bzl", "OBJECTS_ALONE")
load("//bzlmod/toolchain:minimum_os.bzl", declare_minimum_os = "minimum_os")
load("//bzlmod/toolchain:module_map.bzl", "system_module_map")
load("//bzlmod/windows:linked.bzl", "platform_libraries")

visibility("//bzlmod/...")

def _variant(name, link_mode, cxx_name, stand_ins, dynamic_runtime_lib):
    """What of a toolchain differs between micro-architectures, and between instrumentations: its files.

    Args:
      name: Name of the variant; None: of what is none.
      link_mode: How executables are linked.
      cxx_name: Name of the variant whose C++ runtime it has.
      stand_ins: Name of the variant whose stand-ins it has.
      dynamic_runtime_lib: Target that has the C++ runtime for Bazel's dynamic mode.
    """
    return struct(
        name = name,
        cxx_link_files = ":" + with_micro_architecture("cxx_link_files", cxx_name),
        dynamic_runtime_lib = ":" + with_micro_architecture(dynamic_runtime_lib, cxx_name),
        link_files = ":" + with_micro_architecture("link_files." + link_mode, name),
        stand_ins = ":" + with_micro_architecture("stand_ins", stand_ins),
    )

def _host_toolchain(name, seed, variants, choose, link_mode, linked_libraries, c_includes = [], cxx_includes = [], **config):
    """Declares the toolchain of a host.

    Args:
      name: Its name.
      seed: What the labels of the compiler seed's parts begin with.
      variants: What _variant returns of each.
      choose: Function: what is wanted of a variant, as a function → what is wanted of the one that is asked for, as a select(). Such
        choices are made here, for a toolchain's files are not built in the target's configuration.
      link_mode: How executables are linked.
      linked_libraries: Labels of further libraries.
      c_includes: Public headers for C and C++.
      cxx_includes: Public headers for C++.
      **config: Further attributes of toolchain_config.
    """
    files_of = lambda kind: choose(lambda variant: ":" + with_micro_architecture(name + kind, variant.name))
    toolchain_config(
        name = name + ".config",
        c_includes = c_includes,
        cxx_includes = cxx_includes,
        fission = select({
            "//bzlmod/toolchain:keeps_debug_information": False,
            "//conditions:default": True,
        }),
        llvm_coverage = select({
            "//bzlmod/toolchain:has_llvm_coverage": True,
            "//conditions:default": False,
        }),
        path_mapping = select({
            "//bzlmod/toolchain:maps_paths": True,
            "//conditions:default": False,
        }),
        link_files = choose(lambda variant: variant.link_files),
        link_mode = link_mode,
        linked_libraries = linked_libraries,
        seed = seed + ".seed",
        tags = ["manual"],
        **config
    )
    system_module_map(
        name = name + ".module_map",
        includes = cxx_includes + c_includes,
        seed = seed + ".seed",
        tags = ["manual"],
    )
    native.filegroup(
        name = name + ".compiler_files",
        srcs = [seed + ".compiler", seed + ".resource_headers"] + cxx_includes + c_includes,
        tags = ["manual"],
    )
    for variant in variants:
        linker_files = with_micro_architecture(name + ".linker_files", variant.name)
        native.filegroup(
            name = linker_files,
            srcs = [
                variant.link_files,
                variant.stand_ins,
                "//bzlmod/toolchain:no_pie.cfg",
                seed + ".linker_files",
            ] + linked_libraries,
            tags = ["manual"],
        )
        native.filegroup(
            name = with_micro_architecture(name + ".all_files", variant.name),
            srcs = [
                ":" + name + ".compiler_files",
                ":" + linker_files,
                seed + ".binary_tools",
            ],
            tags = ["manual"],
        )
    cc_toolchain(
        name = name,
        all_files = files_of(".all_files"),
        ar_files = seed + ".binary_tools",
        as_files = ":" + name + ".compiler_files",
        compiler_files = ":" + name + ".compiler_files",
        coverage_files = seed + ".binary_tools",
        dwp_files = seed + ".binary_tools",
        dynamic_runtime_lib = choose(lambda variant: variant.dynamic_runtime_lib),
        linker_files = files_of(".linker_files"),
        module_map = ":" + name + ".module_map",
        objcopy_files = seed + ".binary_tools",
        static_runtime_lib = choose(lambda variant: variant.cxx_link_files),
        strip_files = seed + ".binary_tools",
        supports_header_parsing = True,
        tags = ["manual"],
        toolchain_config = ":" + name + ".config",
        # With --incompatible_check_visibility_for_toolchains whatever asks for a toolchain must see it, and each alias to it.
        visibility = ["//visibility:public"],
    )

def _by_link_mode(name, link_modes, static_platform, of_mode):
    """An alias to a target by the link mode that the platform asks for.

    Args:
      name: Its name.
      link_modes: The link modes; the first is the default.
      static_platform: For messages: the platform of the same machine whose programs are static.
      of_mode: Dict: link mode → name of the target.
    """
    native.alias(
        name = name,
        actual = select({
            "//constraints/link_mode:default": ":" + of_mode[link_modes[0]],
        } | {
            "//constraints/link_mode:" + link_mode: ":" + of_mode[link_mode]
            for link_mode in link_modes
            if link_mode != OBJECTS_ALONE
        }, no_match_error = "{} links {}; no other mode of //constraints/link_mode exists for it.{}".format(
            native.package_name(),
            " or ".join([link_mode for link_mode in link_modes if link_mode != OBJECTS_ALONE]) or "nothing",
            " For static programs take {}.".format(static_platform) if static_platform else "",
        )),
        tags = ["manual"],
        visibility = ["//visibility:public"],
    )

def _platform_of(platform, link_mode, link_modes):
    """Name of the platform that links in a mode: of the default one, it says nothing."""
    return platform if link_mode == link_modes[0] else "{}_{}".format(platform, link_mode)

def _unique(items):
    return {item: None for item in items}.keys()

def _pair_name(pair):
    """Name of the variant whose files are those of two features, either of which may be None; None where both are."""
    return ".".join([feature for feature in pair if feature]) or None

def target_toolchains(hosts, link_modes, llvm, link_files = [], link_files_by_mode = {}, link_files_by_feature = {}, instrumentations = {}, cxx_archives = [], cxx_link_files = [], cxx_shared_link_files = [], linked_libraries = None, minimum_os = None, tool_prefixes = [], **config):
    """Declares the toolchains of the target that the calling package is for.

    Args:
      hosts: Dict of the hosts: name → struct whose seeds are the repositories of its compiler seeds, by version of LLVM.
      link_modes: How executables can be linked; the first is the default, the others are asked for by a constraint
        of //constraints/link_mode.
      llvm: Version of LLVM.
      link_files: Runtime targets that every link reads.
      link_files_by_mode: Dict: link mode → further runtime targets that links of this mode read.
      link_files_by_feature: Dict: feature → further runtime targets that links of a build with it read.
      instrumentations: Dict: link mode → the features of that kind which it has.
      cxx_archives: Paths of the C++ runtime's archives in the target's tree.
      cxx_link_files: Runtime targets that links with C++ read.
      cxx_shared_link_files: Runtime targets that links with C++ read in their place when they link it dynamically.
      linked_libraries: A label flag that names further libraries which links find by -l, or None.
      minimum_os: What the facts of its system say of the oldest release that programs run on, or None.
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

    # Of companions whose files are the same, one stands for all.
    stands_for = {}
    for feature, files in link_files_by_feature.items():
        stands_for[feature] = [other for other, others in link_files_by_feature.items() if others == files][0]
    variant_of = lambda pair: (pair[0], stands_for.get(pair[1]))
    for link_mode, features in instrumentations.items():
        for pair in _unique([variant_of(pair) for pair in pairs(features)])[1:]:
            built_once(
                name = with_micro_architecture("link_files." + link_mode, _pair_name(pair)),
                srcs = link_files + link_files_by_mode.get(link_mode, []) + _unique([
                    file
                    for feature in pair
                    for file in link_files_by_feature.get(feature, [])
                ]),
                llvm = llvm,
            )
    with_own_cxx = {
        feature: None
        for features in instrumentations.values()
        for feature in features
        if instruments_runtimes(feature)
    }.keys()
    for feature in with_own_cxx:
        for name, srcs in [("cxx_link_files", cxx_link_files), ("cxx_shared_link_files", cxx_shared_link_files)]:
            built_once(name = with_micro_architecture(name, feature), srcs = srcs, llvm = llvm, sanitizer = feature)
    built_once(name = "cxx_link_files", srcs = cxx_link_files, llvm = llvm, micro_architectures = known)
    built_once(name = "cxx_shared_link_files", srcs = cxx_shared_link_files, llvm = llvm, micro_architectures = known)
    stand_ins(name = "stand_ins", archives = cxx_archives, llvm = llvm, micro_architectures = known)
    for wanted in [None] + known + with_own_cxx:
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
    static_platform = config.get("static_platform")
    _by_link_mode("crossenv", link_modes, static_platform, {link_mode: "crossenv." + link_mode for link_mode in link_modes})
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
    releases = {}
    if minimum_os:
        declare_minimum_os(name = "minimum_os", minimum_os = minimum_os)
        releases = {"minimum_os": ":minimum_os", "minimum_os_flag": minimum_os["flag"], "oldest_os": minimum_os["oldest"]}
    for host, row in hosts.items():
        by_mode = {}
        for link_mode in link_modes:
            name = "{}.{}".format(host, link_mode)
            features = instrumentations.get(link_mode, [])
            runtime = "cxx_shared_link_files" if link_mode == "dynamic" and cxx_shared_link_files else "cxx_link_files.dynamic_mode"
            plain = {wanted: _variant(wanted, link_mode, wanted, wanted, runtime) for wanted in [None] + known}
            shared = {
                "link_mode": link_mode,
                "linked_libraries": [":linked_libraries"] if linked_libraries else [],
                "seed": row.seeds[llvm],
            } | config | other_platforms | releases
            _host_toolchain(
                name = name,
                choose = lambda of: by_micro_architecture(machine, lambda wanted: of(plain[wanted])),
                variants = plain.values(),
                **shared
            )
            by_mode[link_mode] = name
            if not features:
                continue

            # Its runtimes are those for the oldest CPU, whatever the micro-architecture.
            instrumented = {
                pair: _variant(_pair_name(pair), link_mode, pair[0] if pair[0] in with_own_cxx else None, None, runtime)
                for pair in _unique([variant_of(pair) for pair in pairs(features)])
            }
            _host_toolchain(
                name = name + ".instrumented",
                choose = lambda of: by_instrumentation(features, lambda *pair: of(instrumented[variant_of(pair)])),
                variants = instrumented.values(),
                **shared
            )
            by_mode[link_mode] = name + ".chosen"
            native.alias(
                name = by_mode[link_mode],
                actual = where_asked(":" + name, ":" + name + ".instrumented"),
                tags = ["manual"],
                visibility = ["//visibility:public"],
            )
        _by_link_mode(host, link_modes, static_platform, by_mode)
