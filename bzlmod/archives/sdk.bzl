"""A repository for which users may have a whole SDK of their own: a folder, an archive, or what is installed on the machine.

What a row of the manifest says of it is in `SDKS` of overlays/archives.bzl. Without any, the repository is the pinned archive, as
those of `source_archive` are.
"""

load("//bzlmod/archives:prepare.bzl", "prepare_files")
load("//bzlmod/archives:redirects.bzl", "ARCHIVE_ATTRS", "INDEX_VARIABLE", "extract_archive", "fetch_archive", "path_from", "reproducible")
load("//bzlmod/archives:source_archive.bzl", "lay_overlay")
load("//bzlmod/archives:versions.bzl", "is_older")

visibility("//bzlmod/archives")

_SETTINGS = "SDKSettings.json"

# What users say in place of a folder.
_INSTALLED = "installed"

# Where frameworks are that others name and no program: their headers are not read.
_PRIVATE = "System/Library/PrivateFrameworks"
_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

# More than any SDK has files.
_MANY = 1 << 20

def _find_installed(rctx, sdk):
    """The SDK that is installed on the machine: where a program of the vendor's says, else in a usual place."""
    rctx.getenv("DEVELOPER_DIR")
    program = rctx.which(sdk["command"][0])
    said = ""
    if program:
        result = rctx.execute([program] + sdk["command"][1:])
        said = result.stdout.strip()
        if result.return_code == 0 and said and rctx.path(said).exists:
            return rctx.path(said)
        said = " `{}` says: {}".format(" ".join(sdk["command"]), (result.stderr or result.stdout).strip())
    for folder in sdk["installed"]:
        if rctx.path(folder).exists:
            return rctx.path(folder)
    fail("{}: no SDK is installed here: {}, and there is none of {}.{} Install the Command Line Tools on a Mac, or name a folder or an archive.".format(
        _origin(rctx),
        "`{}` found none".format(sdk["command"][0]) if program else "no {} is on PATH".format(sdk["command"][0]),
        ", ".join(sdk["installed"]),
        said,
    ))

def _origin(rctx):
    """What has said which SDK it is, for messages."""
    sdk = rctx.attr.sdk
    return json.decode(sdk)["variable"] if rctx.getenv(json.decode(sdk)["variable"]) else "xllvm." + json.decode(sdk)["tag"]

def _own_sdk(rctx, sdk):
    """The folder of the user's SDK, or None."""
    named = rctx.getenv(sdk["variable"]) or rctx.attr.path
    if named == _INSTALLED:
        return _find_installed(rctx, sdk)
    if named:
        return path_from(rctx, rctx.workspace_root, named)
    if not rctx.attr.own_urls:
        return None
    fetch_archive(rctx, struct(
        urls = rctx.attr.own_urls,
        sha256 = rctx.attr.own_sha256,
        strip_prefix = rctx.attr.own_strip_prefix,
        origin = "xllvm." + sdk["tag"],
    ), "sdk")
    return rctx.path("sdk")

def _read_version(rctx, sdk, folder):
    """The version that an SDK says it has; fails where it is none, or one of another system."""
    settings = folder.get_child(_SETTINGS)
    if not settings.exists:
        fail("{} names {}, which is no SDK: there is no {} in it. Name the folder {} itself.".format(_origin(rctx), folder, _SETTINGS, sdk["folder"]))
    content = json.decode(rctx.read(settings), default = None)
    if type(content) != "dict" or type(content.get("Version")) != "string":
        fail("{} names {}, whose {} says no Version.".format(_origin(rctx), folder, _SETTINGS))
    if not content.get("CanonicalName", sdk["canonical"]).startswith(sdk["canonical"]):
        fail("{} names {}, which is the SDK {}, and not one of {}.".format(_origin(rctx), folder, content["CanonicalName"], sdk["canonical"]))
    version = content["Version"]
    if "oldest" in sdk and is_older(version, sdk["oldest"]):
        fail("{} names {}, which is the SDK of {}: programs here are for {} and later, so that it has to be as young.".format(_origin(rctx), folder, version, sdk["oldest"]))
    return version

def _is_link(path):
    return str(path.realpath) != str(path)

def _entries(folder):
    return folder.readdir() if folder.exists and folder.is_dir else []

def _find_loops(folder):
    """Links below a folder that lead to one that holds them, in which Bazel would go round: pair of their paths, and of the folders: path → object."""
    loops = {}
    folders = {}
    left = [("", folder.realpath, [])]
    for _ in range(_MANY):
        if not left:
            break
        where, current, above = left.pop()
        folders[where] = current
        above = above + [str(current)]
        for entry in _entries(current):
            if not entry.is_dir:
                continue
            place = where + "/" + entry.basename
            target = entry.realpath
            if str(target) in above:
                loops[place] = None
            else:
                left.append((place, target, above))
    return loops, folders

def _link_folder(rctx, folder, path):
    """Links a folder, or, where it has links in it that lead back, what it has besides them."""
    loops, folders = _find_loops(folder)
    if not loops:
        rctx.symlink(folder, path)
        return
    opened = {}
    for loop in loops:
        parts = loop.split("/")[:-1]
        for length in range(len(parts)):
            opened["/".join(parts[:length + 1])] = None
    for where in opened:
        for entry in _entries(folders[where]):
            place = where + "/" + entry.basename
            if place not in opened and place not in loops and entry.exists:
                rctx.symlink(entry, path + place)

def _parts(path, folder):
    """What compilations and links read of a framework: list of pairs of path in an SDK and path object.

    Frameworks hold links to folders of one version among theirs. Only what is read is taken, so that no file is there by several names and
    no folder leads back to itself.
    """
    parts = []
    folders = [(path, folder, True)]
    for _ in range(_MANY):
        if not folders:
            break
        where, source, has_headers = folders.pop()
        for entry in _entries(source):
            name = entry.basename
            if name.endswith(".tbd") and entry.exists:
                parts.append((where + "/" + name, entry.realpath))
            elif name == "Headers" and has_headers and entry.exists:
                parts.append((where + "/" + name, entry.realpath))
            elif name == "Frameworks" and entry.exists:
                folders.extend([
                    ("{}/{}/{}".format(where, name, nested.basename), nested.realpath, has_headers)
                    for nested in _entries(entry.realpath)
                ])
            elif name == "Versions":
                folders.extend([
                    ("{}/{}/{}".format(where, name, version.basename), version, False)
                    for version in _entries(entry)
                    if not _is_link(version)
                ])
    return parts

def _named_by_library(text):
    """Frameworks that a list of symbols names, as those that it re-exports: paths in an SDK."""
    found = {}
    for piece in text.split("/System/Library/")[1:]:
        kind, _, name = piece.partition(".framework")[0].partition("/")
        if kind.endswith("Frameworks") and name and not name.strip(_WORD):
            found["System/Library/{}/{}.framework".format(kind, name)] = None
    return found.keys()

def _named_by_headers(rctx, folder):
    """Frameworks whose headers those below a folder include: names."""
    found = {}
    folders = [folder]
    seen = {}
    for _ in range(_MANY):
        if not folders:
            break
        current = folders.pop()
        if str(current) in seen:
            continue
        seen[str(current)] = None
        for entry in _entries(current):
            if entry.is_dir:
                folders.append(entry.realpath)
            elif entry.basename.endswith(".h") and entry.exists:
                for piece in rctx.read(entry).split("<")[1:]:
                    name, slash, _ = piece.partition("/")
                    if slash and name and not name.strip(_WORD):
                        found[name] = None
    return found.keys()

def _link_frameworks(rctx, sdk, root):
    """Links the frameworks that builds may use, and those that these name."""
    known = {}
    for folder in reversed(sdk["frameworks"]):
        for entry in _entries(root.get_child(*folder.split("/"))):
            name, dot, rest = entry.basename.rpartition(".")
            if dot and rest == "framework":
                known[name] = folder + "/" + entry.basename
    wanted = rctx.attr.frameworks
    for name in wanted:
        if name not in known:
            alike = sorted([other for other in known if other[:3].lower() == name[:3].lower()])
            fail("xllvm.{}: the SDK {} has no framework {}{}.".format(
                sdk["tag"],
                root,
                name,
                "; there is " + ", ".join(alike) if alike else ", but {} others".format(len(known)),
            ))
    paths = [known[name] for name in wanted] if wanted else known.values()
    done = {}
    for _ in range(_MANY):
        if not paths:
            break
        path = paths.pop()
        folder = root.get_child(*path.split("/"))
        if path in done or not folder.exists:
            continue
        done[path] = None
        for place, source in _parts(path, folder.realpath):
            if place.startswith(_PRIVATE) and not place.endswith(".tbd"):
                continue
            if place.endswith(".tbd"):
                rctx.symlink(source, place)
                paths.extend(_named_by_library(rctx.read(source)))
            else:
                _link_folder(rctx, source, place)
                paths.extend([known[name] for name in _named_by_headers(rctx, source) if name in known] if wanted else [])

def _link_sdk(rctx, sdk, folder):
    """Links what builds read of an SDK."""
    root = folder.realpath
    rctx.symlink(root.get_child(_SETTINGS), _SETTINGS)
    for directory in sdk["include"]:
        source = root.get_child(*directory.split("/"))
        if not source.exists:
            fail("{} names {}, which has no {}: it is not a whole SDK.".format(_origin(rctx), folder, directory))
        _link_folder(rctx, source, directory)

    # One by one: what is prepared beside them must not be written into somebody's SDK.
    for entry in _entries(root.get_child("usr", "lib")):
        if entry.is_dir:
            _link_folder(rctx, entry, "usr/lib/" + entry.basename)
        elif entry.exists:
            rctx.symlink(entry, "usr/lib/" + entry.basename)
    _link_frameworks(rctx, sdk, root)

def _sdk_archive_impl(rctx):
    sdk = json.decode(rctx.attr.sdk)
    own = _own_sdk(rctx, sdk)
    version = _read_version(rctx, sdk, own) if own else None
    if own:
        _link_sdk(rctx, sdk, own)
    elif not extract_archive(rctx):
        return None
    elif rctx.attr.frameworks and not rctx.path("System").exists:
        fail("xllvm.{} names frameworks, and {} has none: they are in an SDK of the vendor's, which `path` or {} names.".format(sdk["tag"], rctx.attr.archive, sdk["variable"]))
    has_links = prepare_files(rctx, json.decode(rctx.read(rctx.attr.prepare))["steps"])
    version = version or _read_version(rctx, sdk, rctx.path("."))
    rctx.file("sdk.bzl", "SDK_VERSION = {}\n".format(repr(version)), executable = False)
    lay_overlay(rctx)
    return None if own or has_links else reproducible(rctx)

sdk_archive = repository_rule(
    implementation = _sdk_archive_impl,
    doc = "Links a user's SDK, or fetches the pinned archive that has a part of one, and lays an overlay BUILD file over it.",
    attrs = ARCHIVE_ATTRS | {
        "build_file": attr.label(mandatory = True, allow_single_file = True, doc = "The overlay, laid as BUILD.bazel at the root."),
        "frameworks": attr.string_list(doc = "The frameworks that builds use; what these need is added. Default: all."),
        "own_sha256": attr.string(doc = "SHA-256 of the user's archive."),
        "own_strip_prefix": attr.string(doc = "Folder in the user's archive that is the SDK; `*`: the one at its top, whatever it is called."),
        "own_urls": attr.string_list(doc = "Where the user's archive is."),
        "path": attr.string(doc = "The user's folder, absolute or relative to the root module; `installed`: what is installed. The environment variable wins."),
        "prepare": attr.label(mandatory = True, allow_single_file = [".json"], doc = "As source_archive's."),
        "sdk": attr.string(mandatory = True, doc = "What its row says, as JSON."),
    },
    environ = [INDEX_VARIABLE],
)

SDK_TAG = tag_class(
    doc = "Names a whole SDK of the vendor's, in place of the part that is pinned: a folder, or an archive. Root module only. The environment variable wins, see docs/macos.md.",
    attrs = {
        "frameworks": attr.string_list(doc = "The frameworks that builds use; those that these need are added. Builds are faster for it. Default: all that there are."),
        "path": attr.string(doc = "The folder, absolute or relative to the root module; `installed`: that of Xcode or of the Command Line Tools, on a Mac."),
        "sha256": attr.string(doc = "SHA-256 of the archive."),
        "strip_prefix": attr.string(doc = "Folder in the archive that is the SDK; `*`: the one at its top, whatever it is called."),
        "urls": attr.string_list(doc = "Where an archive of it is, tried in order."),
    },
)

def own_sdk_attributes(tag, name):
    """The attributes of an `sdk_archive` that a user's tag says; fails for what does not go together.

    Args:
      tag: The tag, or None.
      name: What it is called.
    """
    if not tag:
        return {}
    if tag.path and tag.urls:
        fail("xllvm.{}: it is at `path` or at `urls`; take one of the two away.".format(name))
    if tag.urls and not tag.sha256:
        fail("xllvm.{}: `urls` wants the archive's `sha256` beside it.".format(name))
    if not tag.urls and (tag.sha256 or tag.strip_prefix):
        fail("xllvm.{}: `sha256` and `strip_prefix` say what is at `urls`, which is not there.".format(name))
    return {
        "frameworks": tag.frameworks,
        "own_sha256": tag.sha256,
        "own_strip_prefix": tag.strip_prefix,
        "own_urls": tag.urls,
        "path": tag.path,
    }
