import { posix } from "node:path";
import { listElements, listOf } from "./cmake-list";
import type { CMakeScope } from "./cmake-scope";
import { evaluateCondition, type ConditionWorld } from "./evaluate-condition";
import type { ExpandedArgument } from "./expand-arguments";
import { runListCommand } from "./list-command";
import { runStringCommand } from "./string-command";

/** What a command can see and change. */
export interface CommandContext extends ConditionWorld {
  /** The text of a file of the tree; undefined when there is none. */
  read(path: string): string | undefined;
  /** The files of the tree that match a glob pattern: in its folder, or also in those below it. */
  glob(pattern: string, recursive?: boolean): string[];
  /** `path` as an absolute one; relative ones start in the folder that is evaluated. */
  absolute(path: string): string;
}

export type CommandFunction = (
  words: readonly string[],
  context: CommandContext,
  expanded: readonly ExpandedArgument[],
) => void;

/** The commands of CMake that change variables. Those that only describe the build are recorded, not run. */
export const builtinCommands: ReadonlyMap<string, CommandFunction> = new Map<string, CommandFunction>([
  ["list", (words, { scope }) => runListCommand(words, scope)],
  ["string", (words, { scope }) => runStringCommand(words, scope)],
  ["set", (words, { scope }) => runSet(words, scope)],
  ["unset", ([name = "", place], { scope }) => runUnset(name, place, scope)],
  ["option", ([name = "", , value = "OFF"], { scope }) => setOption(name, value, scope)],
  ["cmake_dependent_option", (words, context) => runDependentOption(words, context)],
  ["cmake_parse_arguments", (words, { scope }) => runParseArguments(words, scope)],
  ["get_filename_component", (words, context) => runFilenameComponent(words, context)],
  ["find_path", (words, { scope }) => runFind(words, scope)],
  ["find_program", (words, { scope }) => runFind(words, scope)],
  ["cmake_path", (words, context) => runPath(words, context)],
  ["file", (words, context) => runFile(words, context)],
  ["message", ([mode = "", ...text]) => runMessage(mode, text)],
]);

function runSet(words: readonly string[], scope: CMakeScope): void {
  const name = words[0] ?? "";
  const cacheAt = words.indexOf("CACHE");
  if (cacheAt > 0) {
    const forced = words.includes("FORCE", cacheAt) || words[cacheAt + 1] === "INTERNAL";
    if (forced || !scope.cache.entries.has(name)) scope.cache.entries.set(name, listOf(words.slice(1, cacheAt)));
    return;
  }
  const upwards = words.at(-1) === "PARENT_SCOPE";
  const values = words.slice(1, upwards ? -1 : undefined);
  const value = values.length === 0 ? undefined : listOf(values);
  if (upwards) scope.parent?.set(name, value);
  else scope.set(name, value);
}

function runUnset(name: string, place: string | undefined, scope: CMakeScope): void {
  if (place === "CACHE") scope.cache.entries.delete(name);
  else if (place === "PARENT_SCOPE") scope.parent?.set(name, undefined);
  else scope.set(name, undefined);
}

/** An option that was set before, in whatever way, keeps its value (policy CMP0077). */
function setOption(name: string, value: string, scope: CMakeScope): void {
  if (!scope.hasNormal(name) && !scope.cache.entries.has(name)) scope.cache.entries.set(name, value);
}

function runDependentOption(
  [name = "", , value = "", conditions = "", otherwise = ""]: readonly string[],
  context: CommandContext,
): void {
  const holds = listElements(conditions).every((condition) =>
    evaluateCondition(condition.match(/[()]|[^\s()]+/g)?.map((text) => ({ text, quoted: false })) ?? [], context),
  );
  if (holds) setOption(name, value, context.scope);
  else context.scope.set(name, otherwise);
}

function runParseArguments(words: readonly string[], scope: CMakeScope): void {
  const [prefix = "", options = "", singles = "", multiples = "", ...given] = words;
  const [flags, ones, many] = [listElements(options), listElements(singles), listElements(multiples)];
  const found = new Map<string, string[]>();
  const unparsed: string[] = [];
  let collecting: string | undefined;
  for (const word of given) {
    if (flags.includes(word)) {
      found.set(word, ["TRUE"]);
      collecting = undefined;
    } else if (ones.includes(word) || many.includes(word)) {
      found.set(word, []);
      collecting = word;
    } else if (collecting === undefined) {
      unparsed.push(word);
    } else {
      found.get(collecting)!.push(word);
      if (ones.includes(collecting)) collecting = undefined;
    }
  }
  for (const flag of flags) scope.set(`${prefix}_${flag}`, found.has(flag) ? "TRUE" : "FALSE");
  for (const key of [...ones, ...many])
    scope.set(`${prefix}_${key}`, found.has(key) ? listOf(found.get(key)!) : undefined);
  scope.set(`${prefix}_UNPARSED_ARGUMENTS`, unparsed.length > 0 ? listOf(unparsed) : undefined);
}

function runFilenameComponent([output = "", path = "", mode = ""]: readonly string[], context: CommandContext): void {
  context.scope.set(output, filenameComponent(path, mode, context));
}

function filenameComponent(path: string, mode: string, context: CommandContext): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  // CMake's extension starts at the first dot, and its "last" extension at the last one.
  const dot = name.indexOf(".");
  switch (mode) {
    case "DIRECTORY":
    case "PATH":
      return path.slice(0, Math.max(0, path.lastIndexOf("/")));
    case "NAME":
      return name;
    case "NAME_WE":
      return dot < 0 ? name : name.slice(0, dot);
    case "NAME_WLE":
      return name.replace(/\.[^.]*$/, "");
    case "EXT":
      return dot < 0 ? "" : name.slice(dot);
    case "LAST_EXT":
      return posix.extname(name);
    case "ABSOLUTE":
    case "REALPATH":
      return context.absolute(path);
    default:
      throw new Error(`get_filename_component(… ${mode}) is not known to the importer`);
  }
}

/** Nothing is installed where upstream looks; what is in the tree is found by other means. */
function runFind([name = ""]: readonly string[], scope: CMakeScope): void {
  if (scope.get(name) === undefined) scope.cache.entries.set(name, `${name}-NOTFOUND`);
}

const fileOperationsOnBuild = [
  "APPEND",
  "CONFIGURE",
  "COPY",
  "COPY_FILE",
  "CREATE_LINK",
  "GENERATE",
  "MAKE_DIRECTORY",
  "REMOVE",
  "REMOVE_RECURSE",
  "RENAME",
  "TOUCH",
  "WRITE",
];

/** The components of `cmake_path(GET …)`, by the modes of `get_filename_component`. */
const pathComponents: Readonly<Record<string, string>> = {
  FILENAME: "NAME",
  STEM: "NAME_WE",
  EXTENSION: "EXT",
  PARENT_PATH: "DIRECTORY",
};

function runPath(words: readonly string[], context: CommandContext): void {
  const [operation = "", variable = "", ...rest] = words;
  const { scope } = context;
  const path = scope.get(variable) ?? "";
  const after = (keyword: string): string | undefined =>
    rest.includes(keyword) ? rest[rest.indexOf(keyword) + 1] : undefined;
  const component = pathComponents[rest[0] ?? ""];
  if (operation === "GET" && rest.length === 2 && component !== undefined)
    scope.set(rest[1]!, filenameComponent(path, component, context));
  else if (operation === "RELATIVE_PATH")
    scope.set(
      after("OUTPUT_VARIABLE") ?? variable,
      posix.relative(context.absolute(after("BASE_DIRECTORY") ?? "."), context.absolute(path)),
    );
  else throw new Error(`cmake_path(${operation} … ${rest.join(" ")}) is not known to the importer`);
}

/** Only what reads the tree; what writes a build folder has no effect on source lists. */
function runFile(words: readonly string[], context: CommandContext): void {
  const [operation, first = "", ...rest] = words;
  if (operation === "READ") {
    const text = context.read(first);
    if (text === undefined) throw new Error(`file(READ ${first}): no such file in the source tree`);
    context.scope.set(rest[0] ?? "", text);
  } else if (operation === "GLOB" || operation === "GLOB_RECURSE") {
    const base = rest[0] === "RELATIVE" ? rest[1]! : undefined;
    const patterns = rest.slice(base === undefined ? 0 : 2).filter((word) => word !== "CONFIGURE_DEPENDS");
    const found = patterns.flatMap((pattern) => context.glob(pattern, operation === "GLOB_RECURSE"));
    // Not twice, though two patterns match: CMake's answer is a sorted set.
    context.scope.set(
      first,
      listOf([...new Set(found.map((path) => (base === undefined ? path : posix.relative(base, path))))].sort()),
    );
  } else if (!fileOperationsOnBuild.includes(operation ?? "")) {
    throw new Error(`file(${operation} …) is not known to the importer`);
  }
}

function runMessage(mode: string, text: readonly string[]): void {
  if (mode === "FATAL_ERROR" || mode === "SEND_ERROR")
    throw new Error(`upstream refuses this configuration: ${text.join("")}`);
}
