"""Features that users ask for by name and that a toolchain lacks: who asks for one is told, when the target is analysed.

Bazel ignores a feature that a toolchain does not know, so that `--features=asan` would build a program without the
sanitizer and say nothing. Nor can a toolchain see what its targets ask for. But Bazel refuses two enabled features that
provide one symbol, and prints the symbol ("Symbol … is provided by all of the following features"). So each of these names is a
feature, and its message is a symbol that a feature which is always on provides as well. That holds however the name is
asked for: on the command line, by a target, by its package, or by Bazel itself, as `coverage` is. A target that takes it
back (`-asan`) is built.
"""

load("@rules_cc//cc:cc_toolchain_config_lib.bzl", "feature")
load("//bzlmod/toolchain:linkers.bzl", "OBJECTS_ALONE")
load("//bzlmod/toolchain:user_features.bzl", "features_elsewhere", "instrumentations")
load("//toolchains:features.bzl", "INSTRUMENTATIONS")

visibility("//bzlmod/toolchain")

# What no platform has → the names that ask for it: Bazel's own (CppRuleClasses.java), those of rules_cc's toolchains and
# those that hermetic-llvm's users know.
_NOWHERE = {
    "C++20 modules": ["cpp_modules"],
    "checks of the symbols of static libraries": ["symbol_check"],
    "dSYM bundles at every link (macos_dsym makes one of a program)": ["generate_dsym_file"],
    "optimization by profiles of this kind": [
        "fdo_prefetch_hints",
        "fsafdo",
        "memprof_optimize",
        "split_functions",
        "xbinaryfdo",
    ],
    "link-time optimization of this name, but full_lto or thin_lto": ["fat_lto", "lto"],
    "sanitizers of this kind": ["dfsan"],
}

# Names of features that change how fast something is compiled, and not what: packages of others ask for them
# (`package(features = ["header_modules", …])`), and are built all the same. On the command line they are refused.
_HINTS = ["header_modules", "use_header_modules"]

# Bazel's sentence goes on: "… is provided by all of the following features".
_SENTENCE = " This message"

def _shared_libraries(config):
    """cc_shared_library asks for this feature, and nothing else does."""
    if config.link_mode in ["dynamic", OBJECTS_ALONE]:
        return {}
    other = " Take {}.".format(config.dynamic_platform) if config.dynamic_platform else ""
    return {"force_no_whole_archive": "cc_shared_library: {} links statically and has no shared libraries.{}".format(config.platform_name, other)}

def _links(config):
    """What rules that link ask for: cc_shared_library the first, cc_binary and cc_test one of the others (_get_link_staticness in cc_binary.bzl)."""
    if config.link_mode != OBJECTS_ALONE:
        return {}
    message = "{}: {} has objects alone, and links nothing. A cc_library makes them; its output group `compilation_outputs` has them by themselves."
    return {
        name: message.format(rule, config.platform_name)
        for name, rule in {
            "dynamic_linking_mode": "cc_binary or cc_test",
            "force_no_whole_archive": "cc_shared_library",
            "static_linking_mode": "cc_binary or cc_test",
        }.items()
    }

def _static_programs(config):
    if config.link_mode != "dynamic" or config.object_format not in ["elf", "macho"]:
        return {}
    other = " Take {}.".format(config.static_platform) if config.static_platform else ""
    return {"fully_static_link": "fully_static_link: {} has no static programs.{}".format(config.platform_name, other)}

def _has_fission(config):
    """Nobody would put together again what is apart from an object that others link or load."""
    return config.object_format == "elf" and config.link_mode != OBJECTS_ALONE

def _fission(config):
    if _has_fission(config):
        return {"fission": "fission: debug information apart from objects is asked for by the option --fission=yes."}
    message = "{}: {} keeps debug information in its objects and programs. Platforms of ELF programs, such as Linux', have it apart."
    return {name: message.format(name, config.platform_name) for name in ["fission", "per_object_debug_info"]}

def _windows(config):
    if config.object_format == "coff":
        return {"static_link_msvcrt": "static_link_msvcrt: {} has the C library of Windows, which is a DLL.".format(config.platform_name)}
    return {"generate_pdb_file": "generate_pdb_file: {} has no PDB files. Platforms of Windows have them.".format(config.platform_name)}

def _elsewhere(config):
    return {
        name: "{0}: {1} has nothing of the kind. {2} have it. `-{0}`, among the features of a target, builds without.".format(name, config.platform_name, ", ".join(platforms))
        for name, platforms in features_elsewhere(config.platform_name).items()
    }

def _by_whole_builds(config, asked):
    """What this build has not, of those features that a whole build has or has not."""
    here = instrumentations(config.platform_name, config.link_mode)
    elsewhere = features_elsewhere(config.platform_name)
    messages = {}
    for name, row in INSTRUMENTATIONS.items():
        if name in here and name not in asked:
            messages[name] = "{0}: its runtime is there where a whole build asks for it. Say --{1}{2}. `-{0}`, among the features of a target, builds without.".format(
                name,
                row["option"] or "features=" + name,
                ", or give the platform the constraint @xllvm//constraints/sanitizer:" + name if row["sanitizer"] else "",
            )
        elif name not in here and name not in elsewhere:
            other = config.dynamic_platform if "dynamic" != config.link_mode else ""
            messages[name] = "{0}: {1} links executables in the mode {2}, which it is not for.{3} `-{0}`, among the features of a target, builds without.".format(
                name,
                config.platform_name,
                config.link_mode,
                " Take {}.".format(other) if other else "",
            )
    return messages

def _messages(config, asked):
    nowhere = {
        name: "{0}: {1} has no {2}, nor has any other platform of xllvm. `-{0}`, among the features of a target or in --features, builds without.".format(
            name,
            config.platform_name,
            what,
        )
        for what, names in _NOWHERE.items()
        for name in names
    }
    return nowhere | _elsewhere(config) | _by_whole_builds(config, asked) | _shared_libraries(config) | _links(config) | _static_programs(config) | _fission(config) | _windows(config)

def refused_features(config, instrumentation):
    """Returns the features that fail whoever asks for them.

    Fails where the platform asks for one of them by a constraint: no target can take that back.

    Args:
      config: The attributes of a toolchain_config: link_mode, object_format, platform_name, dynamic_platform, static_platform.
      instrumentation: An InstrumentationInfo.
    """
    messages = {name: message + _SENTENCE for name, message in _messages(config, instrumentation.features).items()}
    for name in instrumentation.features:
        if name in messages and INSTRUMENTATIONS[name]["sanitizer"] and name not in instrumentation.by_command_line:
            fail(messages[name])
    return [
        feature(name = name, provides = [message])
        for name, message in messages.items()
    ] + [feature(name = "what_this_platform_lacks", enabled = True, provides = {message: None for message in messages.values()}.keys())]

def check_command_line(ctx):
    """Fails for what is asked for by the whole build and not by packages.

    Args:
      ctx: The context of a toolchain_config. Its own features are those of the command line; in the configuration of tools,
        those of --host_features.
    """
    for name in _HINTS:
        if name in ctx.features:
            fail("--features={}: {} has no header modules, nor has any other platform of xllvm. Packages that ask for them are built without.".format(name, ctx.attr.platform_name))
    if ctx.attr.path_mapping and "layering_check" in ctx.features:
        fail("--features=layering_check: Bazel does not map paths in module maps, so that it goes without --experimental_output_paths=strip. Packages that ask for it are built without.")
    if ctx.attr.fission and not _has_fission(ctx.attr):
        fail("--fission: {} keeps debug information in its objects and programs. Platforms of ELF programs, such as Linux', have it apart; here take --fission=no.".format(ctx.attr.platform_name))
