/**
 * Macros that the prelude defines, by language. In C they keep start files and libc_nonshared.a from reading the library's
 * internals, which they do not need: _ISOMAC makes the wrappers in include/ show the public headers alone, the others are
 * guards of internal headers that lie beside a source. In assembly they are guards of headers that lead to system calls.
 */
export const preludeMacros = {
  c: ["_GNU_SOURCE", "_ISOMAC", "_EXIT_H", "_PTHREADP_H"],
  assembly: ["_GNU_SOURCE", "_SYSCALL_H", "_BITS_ERRNO_H"],
} as const;

const define = (name: string): string => `#define ${name} 1\n`;

/** What stands in for the library's internals, in C. */
const declarations = `#define attribute_hidden __attribute__ ((visibility ("hidden")))
#define weak_alias(name, other) extern __typeof (name) other __attribute__ ((weak, alias (#name)));
#define strong_alias(name, other) extern __typeof (name) other __attribute__ ((alias (#name)));
#define weak_hidden_alias(name, other) extern __typeof (name) other __attribute__ ((weak, visibility ("hidden"), alias (#name)));
#define link_warning(name, message)
#define libc_hidden_def(name)
#define libc_hidden_proto(name)
#define libc_hidden_weak(name)
extern int __cxa_atexit (void (*) (void *), void *, void *);
extern int __cxa_at_quick_exit (void (*) (void *), void *);
extern int __register_atfork (void (*) (void), void (*) (void), void (*) (void), void *);
extern void _dl_relocate_static_pie (void) attribute_hidden;
`;

/**
 * The headers, path → text, that start files and libc_nonshared.a are compiled with, besides the tree's: the prelude, which
 * every source includes first, and what the build would write.
 */
export const privateHeaders: Readonly<Record<string, string>> = {
  "abi-tag.h": "/* The number of Linux. */\n#define __ABI_TAG_OS 0\n",
  "config.h": `${define("ENABLE_STATIC_PIE")}#define ASM_LINE_SEP ;\n`,
  // Internal headers, of which nothing is needed but the declarations in the prelude.
  "fork.h": "",
  "gnu/stubs.h": "",
  "ldsodefs.h": "",
  "prelude.h": [
    "#ifdef __ASSEMBLER__",
    `${preludeMacros.assembly.map(define).join("")}#include <libc-symbols.h>`,
    "#else",
    `${preludeMacros.c.map(define).join("")}#include <config.h>\n${declarations}#endif`,
    "",
  ].join("\n"),
  "register-atfork.h": "",
};
