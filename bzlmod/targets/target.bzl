"""What a target's package declares: the products of its runtimes, and its toolchains, from facts that gen-bzl writes.

Facts are dictionaries, each said in one place: those of a runtime in //targets:runtimes, of a system in //targets:systems, of a
platform in //targets:platforms, of a version of its libc in the package. `target` lists the fields.
"""

load("//bzlmod/instrumentation:asked.bzl", "runtime_flags", "where_runtimes_are_instrumented")
load("//bzlmod/runtimes:libraries.bzl", "runtime_libraries")
load("//bzlmod/runtimes:llvm_versions.bzl", "DEFAULT_LLVM", "with_llvm_version")
load("//bzlmod/runtimes:micro_architectures.bzl", "machine_flags")
load("//bzlmod/runtimes:products.bzl", "empty_archives", "runtime_archive", "runtime_file", "runtime_files", "runtime_object", "runtime_shared_library")
load("//bzlmod/runtimes:stubs.bzl", "runtime_stub_libraries")
load("//bzlmod/toolchain:linkers.bzl", "OBJECTS_ALONE")
load("//bzlmod/toolchain:toolchains.bzl", "target_toolchains")
load("//bzlmod/toolchain:user_features.bzl", "instrumentations")
load("//toolchains:hosts.bzl", "HOSTS")

visibility("//targets/...")

# Facts by runtime: what two say of different runtimes holds together.
_BY_RUNTIME = ["headers", "repositories", "sources_use"]

def more_facts(facts, more):
    """Returns facts with more facts beside them.

    Args:
      facts: Dict of facts.
      more: Dict of further facts, which win over those of the same name.
    """
    return facts | more | {
        field: facts.get(field, {}) | more.get(field, {})
        for field in _BY_RUNTIME
    }

def _filled(template, facts):
    """A name in which fields tell forms apart, as gen-bzl writes it: generator/plan/name-by-target.ts."""
    for field in ["cpu", "llvm", "os", "platform", "system"]:
        template = template.replace("{" + field + "}", facts[field])
    return template

def _headers(runtime, facts):
    """Label of the public headers of a runtime, as a list: of none where it has none."""
    label = facts["headers"].get(runtime["name"], runtime.get("headers"))
    return [_filled(label, facts)] if label else []

def _headers_of_role(role, facts):
    return [
        label
        for runtime in facts["stack"]
        if runtime["role"] == role
        for label in _headers(runtime, facts)
    ]

def _output(product, facts):
    """Path of a product in the target's tree."""
    return product["out"].replace("{triple}", facts["triple"])

def _products(runtime, facts, target):
    """The products of a runtime that the target has."""
    known_as = [facts["system"], facts["platform"], target]
    return [
        product
        for product in runtime.get("products", [])
        if "only" not in product or [name for name in known_as if name in product["only"]]
    ]

def _no_static(facts):
    other = ", " + facts["static_platform"] + " has" if "static_platform" in facts else ""
    return "a static C library: {} has none{}".format(facts["platform"], other)

def _declare(product, runtime, facts):
    """Declares the target of a product."""
    repository = facts["repositories"].get(runtime["name"], runtime.get("repository"))
    kind = product["kind"]
    imported_as = facts.get("imported_as", facts["cpu"])
    attributes = {
        field: value
        for field, value in product.items()
        if field not in ["features", "kind", "link", "link_modes", "link_scripts", "only", "source_set", "uses"]
    }
    if kind == "empty_archives":
        return empty_archives(**attributes)
    attributes["out"] = _output(product, facts)
    if kind == "file":
        attributes["file"] = "{}:{}".format(repository, product["file"])
        return runtime_file(**attributes)
    if kind == "files":
        attributes["files"] = "{}:{}".format(repository, product["name"])
        return runtime_files(**attributes)
    if kind == "import_libraries":
        return runtime_libraries(
            architecture = imported_as,
            archive = repository[:-len("//")],
            target = facts["triple"],
            **attributes
        )
    flags = facts["flags"] + (runtime_flags(facts["instrumentations"], runtime["role"]) if runtime["language"] == "c++" else [])
    attributes |= {"flags": flags, "target": facts["triple"]}
    if kind == "symbol_stubs":
        return runtime_stub_libraries(architecture = imported_as, no_static = _no_static(facts), release = facts["release"], **attributes)
    if "source_set" in product:
        attributes["source_set"] = "{}:{}".format(repository, _filled(product["source_set"], facts))
        roles = product.get("uses", []) + facts["sources_use"].get(runtime["name"], [])
        attributes["uses"] = [label for role in roles for label in _headers_of_role(role, facts)]
        if runtime["language"] == "c++":
            attributes["uses"] += where_runtimes_are_instrumented(facts["instrumentations"], _headers_of_role("instrumentation", facts))
    if kind == "shared_library":
        scripts = {"{}:{}".format(repository, file): flag for file, flag in product.get("link_scripts", {}).items()}
        return runtime_shared_library(link_scripts = scripts, **attributes)
    return {"archive": runtime_archive, "object": runtime_object}[kind](**attributes)

def _labels(products):
    return [":" + product["name"] for product in products]

def target(platform, llvm = {}, **version):
    """Declares the runtimes and the toolchains of a target, in its package.

    Facts of a target:
      abi, os, system: What its system is called.
      compile_flags, flags, link_flags: Flags of every compilation; of every compilation and link; of every link.
      cpu: This module's name of the CPU.
      headers: Dict: runtime → label of its public headers, where the runtime's facts do not say it.
      imported_as: By which name imports know the CPU, if by another.
      libc: What toolchains call the libc, as `<runtime>_<version>`; default: the ABI.
      link_modes: How executables can be linked; the first is the default. None: nothing is linked.
      linked_libraries: A label flag that names further libraries which links find by -l.
      minimum_os: Of a system whose programs say the oldest release that they run on: dict of
        flag: What says one, without it.
        oldest: The one that `flags` say.
        younger: Others that platforms ask for.
      object_format: `elf`, `coff`, `macho`, `spirv` or `wasm`.
      platform: Name of the platform.
      release: Minor version of the libc's release, of which symbol stubs are made.
      repositories: Dict: runtime → repository of its sources, where the runtime's facts do not say it.
      sources_use: Dict: runtime → roles of the runtimes whose public headers all its sources include.
      stack: The facts of its runtimes, in the order in which they build on each other.
      static_platform: For messages: the platform of the same machine whose programs are static.
      tool_prefixes: Triples that build systems put before the names of tools.
      triple: LLVM target triple.

    Facts of a runtime:
      headers: Label of its public headers; `{cpu}`, `{llvm}`, `{os}`, `{platform}` and `{system}` stand for the target's.
      language: Which user code sees its headers, `c` or `c++`.
      name, role: What it is called, and what it is for the others.
      products: List of dicts: the arguments of the rule that `kind` chooses, and
        features: Features of builds whose links take it by themselves.
        link: Which links take it by themselves: `c` all; `c++`, `c++_shared` those with C++ that link its runtime statically, dynamically.
        link_modes: The link modes of these links; default: all.
        only: Systems, platforms and targets that have it; default: all.
        source_set: Name of what it is compiled from, in the repository; fields as in headers.
        uses: Roles of the runtimes whose public headers it includes.
      repository: Where its sources are.

    Args:
      platform: The facts that all versions of its libc share.
      llvm: What it has of a version of LLVM that is not the default: dict of
        runtimes: List of facts of runtimes, in place of those of the same name in the stack.
        version: The version.
      **version: Further facts.
    """
    facts = more_facts(platform, version)
    llvm_version = llvm.get("version", DEFAULT_LLVM)
    facts["llvm"] = llvm_version
    facts["link_modes"] = facts.get("link_modes", [OBJECTS_ALONE])
    others = {runtime["name"]: runtime for runtime in llvm.get("runtimes", [])}
    facts["stack"] = [others.get(runtime["name"], runtime) for runtime in facts.get("stack", [])]
    facts["flags"] = facts.get("flags", []) + machine_flags(struct(cpu = facts["cpu"], platform = facts["platform"]))

    instrumented = {mode: instrumentations(facts["platform"], mode) for mode in facts["link_modes"]}
    facts["instrumentations"] = {name: None for names in instrumented.values() for name in names}.keys()

    # As `only` has it, which is without the version of LLVM.
    name = native.package_name().split("/")[-1].removesuffix(with_llvm_version("", llvm_version))
    products = []
    for runtime in facts["stack"]:
        for product in _products(runtime, facts, name):
            _declare(product, runtime, facts)
            products.append(product)

    modes = facts["link_modes"]
    linked = [product for product in products if product.get("link") == "c"]
    always = [product for product in linked if not [mode for mode in modes if mode not in product.get("link_modes", modes)]]
    by_mode = {
        mode: _labels([product for product in linked if product not in always and mode in product["link_modes"]])
        for mode in modes
    }
    by_feature = {
        name: _labels([product for product in products if name in product.get("features", [])])
        for name in {name: None for product in products for name in product.get("features", [])}
    }
    with_cxx = [product for product in products if product.get("link") == "c++"]
    optional = {
        field: facts[field]
        for field in ["compile_flags", "link_flags", "linked_libraries", "loader", "minimum_os", "static_platform", "tool_prefixes"]
        if field in facts
    }
    headers = {"c": [], "c++": []}
    for runtime in reversed(facts["stack"]):
        # One that builds on others comes first, so that it can wrap their headers with #include_next.
        headers[runtime["language"]].extend(_headers(runtime, facts))
    target_toolchains(
        c_includes = headers["c"],
        cpu = facts["cpu"],
        cxx_archives = [_output(product, facts) for product in with_cxx],
        cxx_includes = headers["c++"],
        cxx_link_files = reversed(_labels(with_cxx)),
        cxx_shared_link_files = reversed(_labels([product for product in products if product.get("link") == "c++_shared"])),
        flags = facts["flags"],
        hosts = HOSTS,
        instrumentations = instrumented,
        libc = facts.get("libc", facts["abi"]),
        link_files = _labels(always),
        link_files_by_feature = by_feature,
        link_files_by_mode = {mode: labels for mode, labels in by_mode.items() if labels},
        link_modes = modes,
        llvm = llvm_version,
        object_format = facts["object_format"],
        platform_name = facts["platform"],
        triple = facts["triple"],
        **optional
    )
