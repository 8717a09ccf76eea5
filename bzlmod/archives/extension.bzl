"""The `xllvm` module extension: one lazy repository per archive of the manifest."""

load("//bzlmod/archives:compiler_seed.bzl", "compiler_seed")
load("//bzlmod/archives:ignored_flags.bzl", "ignored_flags")
load("//bzlmod/archives:source_archive.bzl", "source_archive")
load("//overlays:archives.bzl", "COMPILER_SEEDS", "OVERLAYS", "PREPARE", "SOURCE_ARCHIVES")

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
    for name, attributes in SOURCE_ARCHIVES.items():
        source_archive(
            name = name,
            archive = name,
            build_file = OVERLAYS[name],
            index = index,
            prepare = PREPARE.get(name),
            **attributes
        )
    for name, attributes in COMPILER_SEEDS.items():
        compiler_seed(
            name = name,
            archive = name,
            index = index,
            local_root = local.path if local else "",
            **attributes
        )
    ignored_flags(
        name = "ignored_flags",
        flags = sorted({str(flag): None for module in mctx.modules for tag in module.tags.ignored_flags for flag in tag.flags}),
    )
    return mctx.extension_metadata(reproducible = True)

xllvm = module_extension(
    implementation = _xllvm_impl,
    doc = "Makes the archives of the manifest available; nothing is fetched before it is used.",
    tag_classes = {
        "archives": tag_class(
            doc = "Redirects archives, for builds without internet access. Root module only.",
            attrs = {"index": attr.label(mandatory = True, doc = "A JSON index; see redirects.bzl.")},
        ),
        "ignored_flags": tag_class(
            doc = "Names Starlark flags that runtimes do not depend on, so that transitions which set them build no runtimes again. Any module.",
            attrs = {"flags": attr.label_list(mandatory = True, doc = "Flags of any type that `config` has, and `label_flag`s.")},
        ),
        "local_llvm": tag_class(
            doc = "Replaces the host's compiler seed by a local LLVM of the same major version. Root module only.",
            attrs = {"path": attr.string(mandatory = True, doc = "The folder that holds bin/clang: absolute, or relative to the root module.")},
        ),
    },
)
