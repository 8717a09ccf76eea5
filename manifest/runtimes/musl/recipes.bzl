"""The headers of musl that its Makefile makes with sed: what the steps of runtime.yaml call, on the texts of their inputs."""

def _expand_alltypes_line(line):
    """One line of alltypes.h.in, by the rules of tools/mkalltypes.sed."""
    words = line.split(" ")
    if words[0] == "TYPEDEF":
        body, name = " ".join(words[1:-1]), words[-1].rstrip(";")
        guarded = "typedef {} {};".format(body, name)
    elif words[0] == "STRUCT":
        name, guarded = "struct_" + words[1], " ".join(["struct"] + words[1:])
    elif words[0] == "UNION":
        name, guarded = "union_" + words[1], " ".join(["union"] + words[1:])
    else:
        return line
    defined = "__DEFINED_" + name
    return "#if defined(__NEED_{0}) && !defined({1})\n{2}\n#define {1}\n#endif\n".format(name, defined, guarded)

def alltypes(texts):
    """Makes bits/alltypes.h.

    Args:
      texts: The architecture's alltypes.h.in, and the one of all.

    Returns:
      The header's text.
    """
    return "\n".join([_expand_alltypes_line(line) for line in "".join(texts).split("\n")])

def syscalls(texts):
    """Makes bits/syscall.h: the numbers of Linux, and each under musl's own name.

    Args:
      texts: The architecture's syscall.h.in.

    Returns:
      The header's text.
    """
    text = texts[0]
    renamed = [line.replace("__NR_", "SYS_") for line in text.split("\n") if "__NR_" in line]
    return text + "\n".join(renamed) + "\n"
