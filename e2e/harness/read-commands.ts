/** A block of code in Markdown, by the heading that it is below. */
export interface CodeBlock {
  readonly heading: string;
  /** Its lines, without the four spaces before each. */
  readonly lines: readonly string[];
}

/** The indented blocks of code of a Markdown text. A blank line within one belongs to it; fenced blocks are left out. */
export function readCodeBlocks(markdown: string): CodeBlock[] {
  const blocks: { heading: string; lines: string[] }[] = [];
  let heading = "";
  let open: string[] | undefined;
  let blank = 0;
  let fenced = false;
  for (const line of markdown.split("\n")) {
    if (line.startsWith("```")) fenced = !fenced;
    if (fenced) continue;
    if (line.startsWith("#")) heading = line.replace(/^#+ */, "");
    if (line.trim() === "") {
      blank++;
      continue;
    }
    if (line.startsWith("    ")) {
      if (open === undefined) blocks.push({ heading, lines: (open = []) });
      else open.push(...Array<string>(blank).fill(""));
      open.push(line.slice(4));
    } else open = undefined;
    blank = 0;
  }
  return blocks;
}

/** The files that the blocks below a heading show: name, as `# MODULE.bazel` in the first line says, → text. */
export function filesBelow(blocks: readonly CodeBlock[], heading: string): Record<string, string> {
  const files: Record<string, string> = {};
  let name: string | undefined;
  for (const line of blocks.filter((block) => block.heading === heading).flatMap(({ lines }) => lines)) {
    const named = /^# (\S*(?:\.bazel|\.bazelrc))$/.exec(line)?.[1];
    if (named !== undefined) files[(name = named)] = "";
    else if (/^bazel /.test(line)) name = undefined;
    if (name !== undefined) files[name] += `${line}\n`;
  }
  return files;
}

/** The calls of Bazel in the blocks below a heading, as words, without what follows a `#`. */
export function bazelCommandsBelow(blocks: readonly CodeBlock[], heading: string): string[][] {
  const lines = blocks.filter((block) => block.heading === heading).flatMap((block) => block.lines);
  return lines
    .filter((line) => line.startsWith("bazel "))
    .map((line) =>
      line
        .replace(/\s+#.*/, "")
        .split(/\s+/)
        .slice(1),
    );
}

/** The labels of a module's that a text names, sorted; those that stand for several, by `<…>` or `…`, are left out. */
export function labelsOf(text: string, module: string): string[] {
  const found = text.matchAll(new RegExp(`@${module}//[\\w/.-]*(?::[\\w.+-]+)?(?![\\w:/<…*])`, "g"));
  return [...new Set([...found].map(([label]) => label.replace(/\.$/, "")))].sort();
}
