"""Reads MODULE.bazel files: which modules one depends on, and which files it includes.

No rule and no extension can ask Bazel for that. The language of these files has no `load`, `if` or `def`, so that it is
enough to know comments, strings, names and brackets apart.
"""

visibility("//bzlmod/...")

_QUOTES = ["\"\"\"", "'''", "\"", "'"]

def _end_of_string(text, start, quote):
    """Where the text of a string ends, which starts at `start`."""
    end = start
    for _ in range(len(text)):
        end = text.find(quote, end)
        if end < 0:
            return len(text)
        before = text[start:end]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return end
        end += 1
    return end

def _tokens(text):
    """The tokens of a file: structs of kind (`string`, `name`, `sign`) and value, without spaces and comments."""
    tokens = []
    name = ""
    resume = 0
    for i in range(len(text) + 1):
        if i < resume:
            continue
        c = text[i:i + 1]
        if c.isalnum() or c == "_":
            name += c
            continue
        if name:
            tokens.append(struct(kind = "name", value = name))
            name = ""
        quotes = [quote for quote in _QUOTES if text[i:].startswith(quote)] if c in ("\"", "'") and c else []
        if quotes:
            start = i + len(quotes[0])
            end = _end_of_string(text, start, quotes[0])
            tokens.append(struct(kind = "string", value = text[start:end]))
            resume = end + len(quotes[0])
        elif c == "#":
            end = text.find("\n", i)
            resume = len(text) if end < 0 else end
        elif c.strip():
            tokens.append(struct(kind = "sign", value = c))
    return tokens

def _calls(tokens):
    """The arguments that are strings, as structs of function, argument (empty where it has no name) and value."""
    found = []
    functions = []
    for i, token in enumerate(tokens):
        before = [other.value for other in tokens[max(0, i - 2):i]]
        if token.value == "(" and token.kind == "sign":
            functions.append(before[-1] if before else "")
        elif token.value == ")" and token.kind == "sign" and functions:
            functions.pop()
        elif token.kind == "string" and functions:
            argument = before[0] if before[-1:] == ["="] else ""
            found.append(struct(function = functions[-1], argument = argument, value = token.value))
    return found

def read_module_file(text):
    """Tells what a MODULE.bazel file says of modules.

    Args:
      text: The text of the file.

    Returns:
      A struct of modules (list of strings: the name of the module itself and those of the `bazel_dep`s that are written
      out; one that is computed is not seen) and includes (list of labels).
    """
    calls = _calls(_tokens(text))
    return struct(
        modules = [call.value for call in calls if call.function in ("module", "bazel_dep") and call.argument == "name"],
        includes = [call.value for call in calls if call.function == "include"],
    )
