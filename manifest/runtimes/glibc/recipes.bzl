"""The headers of glibc that its Makefiles make of a list: what `release_headers` of an import calls, on the texts of its inputs."""

def syscalls(texts):
    """Makes bits/syscall.h, by sysdeps/unix/sysv/linux/gen-syscall-h.awk.

    Args:
      texts: syscall-names.list.

    Returns:
      The header's text.
    """
    lines = []
    for line in texts[0].split("\n"):
        words = [word for word in line.partition("#")[0].split(" ") if word]
        if not words:
            continue
        if words[0] == "kernel":
            version = [int(part) for part in words[1].split(".")]
            lines += [
                "/* The system calls of Linux {}. */".format(words[1]),
                "#ifndef _SYSCALL_H",
                "# error \"Never use <bits/syscall.h> directly; include <sys/syscall.h> instead.\"",
                "#endif",
                "#define __GLIBC_LINUX_VERSION_CODE {}".format(version[0] * 65536 + version[1] * 256),
            ]
        else:
            lines += ["#ifdef __NR_" + words[0], "# define SYS_{0} __NR_{0}".format(words[0]), "#endif"]
    return "\n".join(lines) + "\n"
