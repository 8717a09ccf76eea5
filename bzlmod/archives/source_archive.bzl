"""A repository of upstream sources: an archive, generated headers, and an overlay BUILD file."""

load("//bzlmod/archives:prepare.bzl", "prepare_files")
load("//bzlmod/archives:redirects.bzl", "ARCHIVE_ATTRS", "INDEX_VARIABLE", "extract_archive", "reproducible")

visibility("public")

def lay_overlay(rctx):
    """Lays the rule's overlay over an archive that has been unpacked.

    Args:
      rctx: The context of a repository rule with the attribute `build_file`.
    """
    for build_file in ["BUILD", "BUILD.bazel", "WORKSPACE", "WORKSPACE.bazel", "MODULE.bazel"]:
        rctx.delete(build_file)
    rctx.file("BUILD.bazel", rctx.read(rctx.attr.build_file), executable = False)

def _source_archive_impl(rctx):
    if not extract_archive(rctx):
        return None
    has_links = False
    if rctx.attr.prepare:
        has_links = prepare_files(rctx, json.decode(rctx.read(rctx.attr.prepare))["steps"])
    lay_overlay(rctx)
    return None if has_links else reproducible(rctx)

source_archive = repository_rule(
    implementation = _source_archive_impl,
    doc = """Fetches a pinned source archive and lays an overlay BUILD file over it.

The archive can be redirected by its name, as all of this module's are; a module may fetch archives of its
own by it.""",
    attrs = ARCHIVE_ATTRS | {
        "build_file": attr.label(mandatory = True, allow_single_file = True, doc = "The overlay, laid as BUILD.bazel at the root."),
        "prepare": attr.label(allow_single_file = [".json"], doc = "A file whose list `steps` says which files to make after unpacking; bzlmod/archives/prepare.bzl says how."),
    },
    environ = [INDEX_VARIABLE],
)
