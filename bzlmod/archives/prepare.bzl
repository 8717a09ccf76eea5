"""Recipes for the headers that an upstream build would generate.

They run in the repository rule, in Starlark: no action needs a shell or an interpreter for them, and no flag needs a
path below bazel-out.
"""

load("//bzlmod/archives:versions.bzl", "is_older")
load("//overlays:recipes.bzl", "RECIPES")

visibility("//bzlmod/archives")

def _starlark(rctx, step):
    """By a function of the `recipes.bzl` in a runtime's folder of the manifest, which `RECIPES` has."""
    return RECIPES[step["function"]]([rctx.read(path) for path in step["inputs"]])

def _is_true(value):
    return value not in ("", "0", "OFF", "NO", "FALSE", "N")

def _configure_line(line, variables):
    """One line of CMake's configure_file."""
    words = [word for word in line.split(" ") if word]
    if words and words[0] in ("#cmakedefine01", "#cmakedefine"):
        value = variables.get(words[1], "")
        if words[0] == "#cmakedefine01":
            return "#define {} {}".format(words[1], 1 if _is_true(value) else 0)
        if value == "" or value == "OFF":
            return "/* #undef {} */".format(words[1])
        line = " ".join(["#define"] + words[1:])
    for name, value in variables.items():
        line = line.replace("@{}@".format(name), value)
    return line

def _is_identifier(word):
    return word != "" and not word[0].isdigit() and word.replace("_", "a").isalnum()

def _unresolved(line):
    """The names that are still between `@` in a line that has been configured."""
    return [word for word in line.split("@")[1:-1] if _is_identifier(word)]

def _configure(rctx, step):
    source = step["inputs"][0]
    lines = [_configure_line(line, step["variables"]) for line in rctx.read(source).split("\n")]
    unresolved = sorted({name: None for line in lines for name in _unresolved(line)})
    if unresolved:
        fail("{}: {} of {} {} no value. Mend: add it to `variables` of the step that makes {}, in the runtime's row of the manifest; \"\" is a value.".format(
            rctx.name,
            ", ".join(["@{}@".format(name) for name in unresolved]),
            source,
            "has" if len(unresolved) == 1 else "have",
            step["output"],
        ))
    return "\n".join(lines)

def _replace(rctx, step):
    source = step["inputs"][0]
    text = rctx.read(source)
    for before, after in step["variables"].items():
        if before not in text:
            fail("{}: {} does not have the text `{}`, which a step replaces. Mend: look whether upstream has mended what the step is for; then take it out of `prepare` in the runtime's row of the manifest.".format(rctx.name, source, before))
        text = text.replace(before, after)
    return text

def _write(_rctx, step):
    return step["content"]

def _copy(rctx, step):
    return rctx.read(step["inputs"][0])

def _undecorated(name):
    """A name of a module definition without the `@n` at its end, where `n` is digits alone and something is before it."""
    head, at, tail = name.rpartition("@")
    return head if at and head and tail.isdigit() else name

def _undecorate(rctx, step):
    lines = []
    for line in rctx.read(step["inputs"][0]).split("\n"):
        name, space, rest = line.partition(" ")
        lines.append(_undecorated(name) + space + rest)
    return "\n".join(lines)

_RECIPES = {
    "configure": _configure,
    "copy": _copy,
    "replace": _replace,
    "starlark": _starlark,
    "undecorate": _undecorate,
    "write": _write,
}

def _is_for(rctx, step):
    """Whether a step is for the release that the archive's name ends in, where it says for which: `since` one of them, `before` another, or both."""
    release = rctx.attr.archive.rpartition("-")[2]
    if "since" in step and is_older(release, step["since"]):
        return False
    return "before" not in step or is_older(release, step["before"])

def prepare_files(rctx, steps):
    """Makes the generated headers of an unpacked archive.

    Args:
      rctx: The context of a repository rule whose archive has been unpacked.
      steps: A list of dicts, each with `recipe`, `output` and what the recipe reads (`inputs`, `content`, `files`,
        `function`, `variables`); paths are relative to the repository's root. One that says `unless_there` leaves what is at its output;
        one that says `since` or `before` is for some releases of the archive.

    Returns:
      Whether there are links among the files. Bazel makes them absolute.
    """
    has_links = False
    for step in steps:
        if not _is_for(rctx, step):
            continue
        if step.get("unless_there") and rctx.path(step["output"]).exists:
            continue
        if step["recipe"] == "link":
            rctx.symlink(step["inputs"][0], step["output"])
            has_links = True
            continue
        if step["recipe"] == "install":
            for path, source in step["files"].items():
                rctx.symlink(source, "{}/{}".format(step["output"], path))
            has_links = True
            continue
        rctx.file(step["output"], _RECIPES[step["recipe"]](rctx, step), executable = False)
    return has_links
