import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { scratchRoot } from "../harness/consumer-workspace";
import { outputOf, runCommandSync } from "../harness/run-command";
import { listEntries } from "./build-crossenv";

/** A way of copying a folder that loses its links, or makes every file one. */
export interface WayOfCopying {
  readonly name: string;
  readonly copy: (tree: string, destination: string) => void;
}

function copyByTar(tree: string, destination: string): void {
  const archive = `${destination}.tar`;
  outputOf("tar", ["-chf", archive, "."], { folder: tree });
  mkdirSync(destination);
  outputOf("tar", ["-xf", archive], { folder: destination });
  rmSync(archive);
}

function copyByZip(tree: string, destination: string): void {
  const archive = `${destination}.zip`;
  outputOf("zip", ["-qr1", archive, "."], { folder: tree });
  outputOf("unzip", ["-q", archive, "-d", destination], { folder: tree });
  rmSync(archive);
}

/** The destination's parent exists, and the destination does not. */
export const waysOfCopying: readonly WayOfCopying[] = [
  {
    name: "cp -rL",
    copy: (tree, destination): void => void outputOf("cp", ["-rL", tree, destination], { folder: tree }),
  },
  { name: "tar -h", copy: copyByTar },
  { name: "zip", copy: copyByZip },
  // As file shares without links do, and rsync -L.
  {
    name: "a library that follows links",
    copy: (tree, destination): void => cpSync(tree, destination, { recursive: true, dereference: true }),
  },
  // As sandboxes do.
  {
    name: "cp -rs: links to all files",
    copy: (tree, destination): void => void outputOf("cp", ["-rs", tree, destination], { folder: tree }),
  },
];

const sources: Readonly<Record<"c" | "cc", string>> = {
  c: '#include <stdio.h>\nint main(void) { return puts("copied") < 0; }\n',
  // Headers and archives of libc++, and its unwinder.
  cc: "#include <cstdio>\n#include <typeinfo>\nint main() { try { throw 1; } catch (int) { return std::puts(typeid(int).name()) < 0; } }\n",
};

/** What comes after a triple and a hyphen, or a name without a triple. */
const roleOf = (name: string, triples: readonly string[]): string => {
  const triple = triples.find((each) => name.startsWith(`${each}-`));
  return triple === undefined ? name : name.slice(triple.length + 1);
};

const compiles = (role: string): "c" | "cc" | undefined =>
  /\+\+(?:-wrapper)?$/.test(role) ? "cc" : /^(?:clang|clang-wrapper|cc|gcc)$/.test(role) ? "c" : undefined;

/**
 * What every name of a crossenv does: of compilers the program that they make, of others what they say of themselves, with
 * each of which a name of another tool, or a compiler for another machine, would do something else.
 *
 * @param triples That stand before names.
 * @param options Of all compilations.
 * @returns Name → the SHA-256 of the program, or the text.
 */
export function deedsOf(
  tree: string,
  triples: readonly string[],
  options: readonly string[] = [],
): Map<string, string> {
  const folder = join(scratchRoot, "crossenv", "deeds");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [extension, text] of Object.entries(sources)) writeFileSync(join(folder, `program.${extension}`), text);
  const names = listEntries(tree).flatMap(({ path }) =>
    /^(?:bin\/)?[^/]+$/.test(path) && !path.endsWith(".cfg") ? [path] : [],
  );
  return new Map(
    names.map((path) => {
      const role = roleOf(basename(path), triples);
      const extension = compiles(role);
      if (extension === undefined)
        return [
          path,
          runCommandSync(join(tree, path), ["--help"], { folder })
            .stdout.split("\n")
            .slice(0, 3)
            .join("\n")
            .replaceAll(`${tree}/${path}`, role),
        ];
      // No program of an earlier name is taken for this one's.
      const program = join(folder, "program.exe");
      rmSync(program, { force: true });
      outputOf(join(tree, path), [...options, `program.${extension}`, "-o", program], { folder });
      return [path, createHash("sha256").update(readFileSync(program)).digest("hex")];
    }),
  );
}
