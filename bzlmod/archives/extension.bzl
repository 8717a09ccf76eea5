"""The `xllvm` module extension: one lazy repository per archive of the manifest, and one of the default toolchains."""

load("//bzlmod/archives:aliases.bzl", "aliases")
load("//bzlmod/archives:compiler_seed.bzl", "compiler_seed")
load("//bzlmod/archives:ignored_flags.bzl", "ignored_flags")
load("//bzlmod/archives:sdk.bzl", "SDK_TAG", "own_sdk_attributes", "sdk_archive")
load("//bzlmod/archives:source_archive.bzl", "source_archive")
load("//bzlmod/toolchain:default_toolchains.bzl", "default_toolchains")
load("//overlays:archives.bzl", "COMPILER_SEEDS", "FAMILIES", "OVERLAYS", "PREPARE", "SDKS", "SOURCE_ARCHIVES")
load("//toolchains:defaults.bzl", "MODULE")

visibility("public")

def _root_tags(mctx):
    for module in mctx.modules:
        if module.is_root:
            return module.tags
    return None

def _one(tags, name):
    if len(tags) > 1:
        fail("the root module has {} `xllvm.{}` tags; keep one.".format(len(tags), name))
    return tags[0] if tags else None

def _xllvm_impl(mctx):
    tags = _root_tags(mctx)
    redirect = _one(tags.archives, "archives") if tags else None
    local = _one(tags.local_llvm, "local_llvm") if tags else None
    index = redirect.index if redirect else None
    defaults = _one(tags.default_toolchains, "default_toolchains") if tags else None
    default_toolchains(
        name = "default_toolchains",
        module = MODULE,
        wanted = ("yes" if defaults.enabled else "no") if defaults else "auto",
    )
    for name, attributes in SOURCE_ARCHIVES.items():
        attributes = attributes | {
            "archive": name,
            "build_file": OVERLAYS[name],
            "index": index,
            "prepare": PREPARE.get(name),
        }
        if name in SDKS:
            tag = SDKS[name]["tag"]
            own = _one(getattr(tags, tag), tag) if tags else None
            attributes |= {"sdk": json.encode(SDKS[name])} | own_sdk_attributes(own, tag)
            sdk_archive(name = name, **attributes)
        else:
            source_archive(name = name, **attributes)
    for name, targets in FAMILIES.items():
        aliases(name = name, targets = targets)
    majors = sorted({seed["major"]: None for seed in COMPILER_SEEDS.values()}, key = int)
    for name, attributes in COMPILER_SEEDS.items():
        compiler_seed(
            name = name,
            archive = name,
            index = index,
            local_root = local.path if local else "",
            majors = majors,
            **attributes
        )
    ignored_flags(
        name = "ignored_flags",
        flags = sorted({str(flag): None for module in mctx.modules for tag in module.tags.ignored_flags for flag in tag.flags}),
    )
    return mctx.extension_metadata(reproducible = True)

xllvm = module_extension(
    implementation = _xllvm_impl,
    doc = "Makes the archives of the manifest available; nothing is fetched before it is used. Declares the default toolchains.",
    tag_classes = {
        "archives": tag_class(
            doc = "Redirects archives, for builds without internet access. Root module only.",
            attrs = {"index": attr.label(mandatory = True, doc = "A JSON index; docs/archives.md says what is in it.")},
        ),
        "ignored_flags": tag_class(
            doc = "Names Starlark flags that runtimes do not depend on, so that transitions which set them build no runtimes again. Any module.",
            attrs = {"flags": attr.label_list(mandatory = True, doc = "Flags of any type that `config` has, and `label_flag`s.")},
        ),
        "default_toolchains": tag_class(
            doc = "Says whether this module's toolchains build for platforms that name no ABI, as the machine's own. Without it they do where the root module has a `bazel_dep` on this one. Root module only.",
            attrs = {"enabled": attr.bool(default = True, doc = "`False`: they build for platforms that name an ABI, and nothing else.")},
        ),
        "local_llvm": tag_class(
            doc = "Replaces the host's compiler seed by a local LLVM of the same major version. Root module only.",
            attrs = {"path": attr.string(mandatory = True, doc = "The folder that holds bin/clang: absolute, or relative to the root module.")},
        ),
    } | {sdk["tag"]: SDK_TAG for sdk in SDKS.values()},
)
