"""Where an archive is fetched from: its pinned URLs, or the place that an index redirects it to.

An index is a JSON file, named by the environment variable XLLVM_ARCHIVES or by the `archives` tag of the `xllvm`
extension in the root module (the variable wins):

    {"archives": {"NAME-1.0": {"file": "mirror/NAME-1.0.tar.gz", "sha256": "…", "strip_prefix": "NAME-1.0"}}}

`file` is relative to the index; `urls` may stand in its place. What an entry does not state, the pin states.
"""

visibility("//bzlmod/archives")

INDEX_VARIABLE = "XLLVM_ARCHIVES"

def _is_absolute(path):
    """Whether a path is absolute, on Windows as well (`C:/`, `C:\\`)."""
    return path.startswith("/") or path[1:3] in [":/", ":\\"]

def path_from(rctx, folder, path):
    """Returns the path object of a path that is relative to a folder, or absolute.

    Bazel's own notion of a relative path is relative to the repository that is being fetched.

    Args:
      rctx: The context of a repository rule.
      folder: A path object; for what users write in an environment variable or a tag, `rctx.workspace_root`.
      path: A string.
    """
    return rctx.path(path if _is_absolute(path) else "{}/{}".format(folder, path))

def _read_index(rctx):
    """Returns the decoded index and its path, or (None, None) where there is none."""
    from_environment = rctx.getenv(INDEX_VARIABLE)
    if from_environment:
        path = path_from(rctx, rctx.workspace_root, from_environment)
        if not path.exists:
            fail("{} names {}, which does not exist. Correct or unset the variable.".format(INDEX_VARIABLE, path))
    elif rctx.attr.index:
        path = rctx.path(rctx.attr.index)
    else:
        return None, None
    rctx.watch(path)
    index = json.decode(rctx.read(path), default = None)
    if type(index) != "dict" or type(index.get("archives")) != "dict":
        fail("{}: not an archive index. Expected {{\"archives\": {{NAME: {{\"file\" or \"urls\", \"sha256\", \"strip_prefix\"}}}}}}.".format(path))
    return index, path

def locate_archive(rctx):
    """Tells where the archive of a repository is fetched from.

    Args:
      rctx: The context of a repository rule that has ARCHIVE_ATTRS.

    Returns:
      A struct of urls (list of strings), sha256 and strip_prefix (strings) and origin (string for messages).
      Fails, naming the archive and the mend, when an index redirects it to a file that is not there.
    """
    pinned = struct(
        urls = rctx.attr.urls,
        sha256 = rctx.attr.sha256,
        strip_prefix = rctx.attr.strip_prefix,
        origin = "its pinned URLs",
    )
    index, index_path = _read_index(rctx)
    names = [name for name in [rctx.attr.archive] + rctx.attr.alternatives if index and name in index["archives"]]
    if not names:
        return pinned
    entry = index["archives"][names[0]]
    if "file" in entry:
        path = path_from(rctx, index_path.dirname, entry["file"])
        if not path.exists:
            fail("archive {}: {} redirects it to {}, which does not exist. Put the file there or correct the entry.".format(
                rctx.attr.archive,
                index_path,
                path,
            ))
        rctx.watch(path)
        urls = ["file:///" + str(path).lstrip("/").replace(" ", "%20")]
    else:
        urls = entry.get("urls", pinned.urls)
    return struct(
        urls = urls,
        sha256 = entry.get("sha256", pinned.sha256),
        strip_prefix = entry.get("strip_prefix", pinned.strip_prefix),
        origin = str(index_path),
    )

# A prefix that stands for the one folder at the top of an archive, whatever it is called.
_ANY_FOLDER = "*"

def _only_folder(rctx, file):
    """Name of the one folder at the top of an archive."""
    rctx.extract(file, ".archive/whole", "")
    names = [path.basename for path in rctx.path(".archive/whole").readdir()]
    if len(names) != 1:
        fail("archive {}: there is not one folder at its top, but {}. State its strip_prefix.".format(rctx.attr.archive, ", ".join(sorted(names))))
    return names[0]

def _missing_address(rctx):
    return "archive {}: no address is known for it: {} Name a file or an address for it in an index, by {}; docs/archives.md shows how.".format(
        rctx.attr.archive,
        rctx.attr.unavailable,
        INDEX_VARIABLE,
    )

def extract_archive(rctx):
    """Downloads, checks and unpacks the repository's archive into its root.

    `bazel fetch --all` and `bazel vendor` fetch every repository, whether it is used or not. So one whose archive has no
    address is made all the same, and loading its package says what is missing.

    Args:
      rctx: The context of a repository rule that has ARCHIVE_ATTRS.

    Returns:
      Whether there is an archive. If not, the repository is complete.
    """
    place = locate_archive(rctx)
    if not place.urls:
        rctx.file("BUILD.bazel", "fail({})\n".format(repr(_missing_address(rctx))), executable = False)
        return False
    fetch_archive(rctx, place, "")
    return True

def fetch_archive(rctx, place, output):
    """Downloads, checks and unpacks an archive.

    Args:
      rctx: The context of a repository rule that has ARCHIVE_ATTRS.
      place: A struct as locate_archive returns it.
      output: The folder to unpack it to, relative to the repository's root.
    """
    download = rctx.download(
        url = place.urls,
        output = ".archive/" + place.urls[0].split("/")[-1],
        sha256 = place.sha256,
        allow_fail = True,
    )
    if not download.success:
        fail(("archive {}: it could not be fetched as {} say: {}. The sha256 expected is {}; correct it there if " +
              "the archive was meant to change, or redirect the archive with {}.").format(
            rctx.attr.archive,
            place.origin,
            ", ".join(place.urls),
            place.sha256,
            INDEX_VARIABLE,
        ))

    # By position: Bazel 8 renamed stripPrefix to strip_prefix.
    file = ".archive/" + place.urls[0].split("/")[-1]
    prefix = _only_folder(rctx, file) if place.strip_prefix == _ANY_FOLDER else place.strip_prefix
    rctx.extract(file, output, prefix)
    rctx.delete(".archive")

def reproducible(rctx):
    """Says that the repository's files follow from its attributes, so that Bazel may share them between workspaces.

    Not for a repository with links: Bazel makes them absolute, and 8.3 to 9.0.0 share them as they are, so that they lead
    into the output base of whoever fetched first (bazelbuild/bazel#28582).

    Args:
      rctx: The context of a repository rule.

    Returns:
      What the rule's implementation returns: None before Bazel 8.3, which has no word for it.
    """
    return rctx.repo_metadata(reproducible = True) if hasattr(rctx, "repo_metadata") else None

ARCHIVE_ATTRS = {
    "alternatives": attr.string_list(doc = "Names of other archives that serve as well, where an index has them."),
    "archive": attr.string(mandatory = True, doc = "Name of the archive, by which an index can redirect it."),
    "unavailable": attr.string(doc = "Why there are no pinned URLs, and what the archive is."),
    "urls": attr.string_list(mandatory = True, doc = "Pinned URLs, tried in order."),
    "sha256": attr.string(mandatory = True, doc = "SHA-256 of the archive, 64 hexadecimal digits."),
    "strip_prefix": attr.string(doc = "Folder inside the archive that becomes the repository's root; `*`: the one at its top, whatever it is called."),
    "index": attr.label(allow_single_file = True, doc = "A JSON index of redirected archives; docs/archives.md says what is in it."),
}
