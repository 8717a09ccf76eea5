import { posix } from "node:path";
import picomatch from "picomatch";
import { ImportError, type SourceTree } from "../source-tree";
import { builtinCommands, type CommandContext, type CommandFunction } from "./builtin-commands";
import { listElements, listOf } from "./cmake-list";
import { CMakeCache, CMakeScope } from "./cmake-scope";
import { evaluateCondition } from "./evaluate-condition";
import { expandArguments, type ExpandedArgument } from "./expand-arguments";
import { ownModules, recordedCommands } from "./known-commands";
import { mapArguments, parseCMake, type Argument, type Command, type Statement } from "./parse-cmake";

/** Where the tree and the build folder lie, as far as the evaluated files can see. */
export const sourceRoot = "/source";
export const buildRoot = "/build";

/** A call of a command that describes the build, or that nothing defines. */
export interface RecordedCall {
  readonly name: string;
  readonly arguments: readonly string[];
  /** The evaluated folder, absolute: where relative sources are. */
  readonly directory: string;
}

export interface CMakeOptions {
  /** The folder whose CMakeLists.txt is evaluated, relative to the tree. */
  readonly directory: string;
  /** As `-D` on CMake's command line, and what CMake itself knows of the target. */
  readonly variables: Readonly<Record<string, string>>;
  /** Commands that are answered here, whatever CMake or the tree's own modules define under the name. */
  readonly commands?: ReadonlyMap<string, CommandFunction>;
  /** Folders, relative to the tree, that `include` searches besides what the files say. */
  readonly modulePath?: readonly string[];
  /** Modules that are included first, as the project above would. */
  readonly modules?: readonly string[];
  /** The folders that `add_subdirectory` enters, by the names that it is called with; "all" where none is left out. */
  readonly subdirectories?: readonly string[] | "all";
  /** The folders that it does not enter → why nothing of them is wanted. A folder that is in neither is an error. */
  readonly otherSubdirectories?: Readonly<Record<string, string>>;
  /** Commands of the project whose calls are recorded → why they need no evaluation; besides those of `known-commands.ts`. */
  readonly recorded?: Readonly<Record<string, string>>;
}

export interface CMakeResult {
  readonly calls: readonly RecordedCall[];
  /** The value of a variable at the end of the evaluated folder. */
  variable(name: string): string | undefined;
}

/**
 * Evaluates a folder of a project that is built with CMake, as far as its source lists need it: variables, conditions,
 * loops, functions, and modules of the tree. Commands that only describe the build are recorded.
 * Throws `ImportError` with file and line where evaluation does not come through.
 */
export function evaluateCMake(tree: SourceTree, options: CMakeOptions): CMakeResult {
  const evaluation = new Evaluation(tree, options);
  return { calls: evaluation.calls, variable: evaluation.start() };
}

type Signal = "return" | "break" | "continue" | undefined;

interface Definition {
  readonly head: Command;
  readonly body: readonly Statement[];
  readonly parameters: readonly string[];
  /** Where it is written, for messages. */
  readonly file: string;
}

/** What a tree's files say, parsed once for all evaluations of it. */
const parsed = new WeakMap<SourceTree, Map<string, readonly Statement[]>>();

function statementsOf(tree: SourceTree, file: string): readonly Statement[] {
  const files = parsed.get(tree) ?? new Map<string, readonly Statement[]>();
  parsed.set(tree, files);
  const statements = files.get(file) ?? parseCMake(tree.read(file), file);
  files.set(file, statements);
  return statements;
}

class Evaluation {
  readonly calls: RecordedCall[] = [];
  private readonly definitions = new Map<string, Definition>();
  private readonly targets = new Set<string>();
  private readonly guarded = new Set<string>();
  private scope: CMakeScope;
  private file = "";
  private directory = "";

  constructor(
    private readonly tree: SourceTree,
    private readonly options: CMakeOptions,
  ) {
    const cache = new CMakeCache();
    const places = { CMAKE_SOURCE_DIR: sourceRoot, CMAKE_BINARY_DIR: buildRoot };
    for (const [name, value] of Object.entries({ ...places, ...options.variables })) cache.entries.set(name, value);
    this.scope = new CMakeScope(cache);
  }

  start(): (name: string) => string | undefined {
    const { directory, modulePath = [], modules = [] } = this.options;
    const { scope } = this;
    scope.set("CMAKE_MODULE_PATH", listOf(modulePath.map((path) => posix.join(sourceRoot, path))));
    this.enterDirectory(posix.join(sourceRoot, directory), () => {
      for (const module of modules) this.include([module], true);
      this.runFile(posix.join(this.directory, "CMakeLists.txt"));
    });
    return (name) => scope.get(name);
  }

  private enterDirectory(directory: string, action: () => void): void {
    const before = this.directory;
    this.directory = directory;
    this.scope.set("CMAKE_CURRENT_SOURCE_DIR", directory);
    this.scope.set("CMAKE_CURRENT_BINARY_DIR", buildRoot + directory.slice(sourceRoot.length));
    action();
    this.directory = before;
  }

  /** Runs a file of the tree; a `return()` ends only that file. */
  private runFile(path: string): void {
    const before = {
      file: this.file,
      listFile: this.scope.get("CMAKE_CURRENT_LIST_FILE"),
      listDirectory: this.scope.get("CMAKE_CURRENT_LIST_DIR"),
    };
    this.file = this.treePath(path) ?? path;
    this.scope.set("CMAKE_CURRENT_LIST_FILE", path);
    this.scope.set("CMAKE_CURRENT_LIST_DIR", posix.dirname(path));
    this.run(statementsOf(this.tree, this.file));
    this.file = before.file;
    this.scope.set("CMAKE_CURRENT_LIST_FILE", before.listFile);
    this.scope.set("CMAKE_CURRENT_LIST_DIR", before.listDirectory);
  }

  private run(statements: readonly Statement[]): Signal {
    for (const statement of statements) {
      const signal = this.runStatement(statement);
      if (signal) return signal;
    }
    return undefined;
  }

  private runStatement(statement: Statement): Signal {
    switch (statement.kind) {
      case "if": {
        const branch = statement.branches.find(({ head }) => head === undefined || this.holds(head));
        return branch && this.run(branch.body);
      }
      case "loop":
        return statement.head.name === "while"
          ? this.runWhile(statement.head, statement.body)
          : this.runForeach(statement.head, statement.body);
      case "definition": {
        const [name = "", ...parameters] = this.expand(statement.head).map(({ text }) => text);
        this.definitions.set(name.toLowerCase(), { ...statement, parameters, file: this.file });
        return undefined;
      }
      case "command":
        return this.runCommand(statement);
    }
  }

  private holds(head: Command): boolean {
    return this.located(head, () => evaluateCondition(this.expand(head), this.context()));
  }

  private runWhile(head: Command, body: readonly Statement[]): Signal {
    while (this.holds(head)) {
      const signal = this.run(body);
      if (signal === "break") break;
      if (signal === "return") return signal;
    }
    return undefined;
  }

  private runForeach(head: Command, body: readonly Statement[]): Signal {
    const [variable = "", ...words] = this.expand(head).map(({ text }) => text);
    const before = this.scope.get(variable);
    for (const item of this.located(head, () => this.loopItems(words))) {
      this.scope.set(variable, item);
      const signal = this.run(body);
      if (signal === "break") break;
      if (signal === "return") return signal;
    }
    this.scope.set(variable, before);
    return undefined;
  }

  private loopItems(words: readonly string[]): string[] {
    if (words[0] === "RANGE") {
      const numbers = words.slice(1).map(Number);
      const [start, stop, step] =
        numbers.length === 1 ? [0, numbers[0]!, 1] : [numbers[0]!, numbers[1]!, numbers[2] ?? 1];
      return Array.from({ length: Math.max(0, Math.floor((stop - start) / step) + 1) }, (_, index) =>
        String(start + index * step),
      );
    }
    if (words[0] !== "IN") return [...words];
    const items: string[] = [];
    let mode = "";
    for (const word of words.slice(1)) {
      if (word === "LISTS" || word === "ITEMS") mode = word;
      else if (mode === "LISTS") items.push(...listElements(this.scope.get(word) ?? ""));
      else if (mode === "ITEMS") items.push(word);
      else throw new Error(`foreach(… IN ${word} …) is not known to the importer`);
    }
    return items;
  }

  private runCommand(command: Command): Signal {
    const { name } = command;
    if (name === "return" || name === "break" || name === "continue") return name;
    const expanded = this.expand(command);
    const words = expanded.map(({ text }) => text);
    const answer = this.options.commands?.get(name);
    const definition = this.definitions.get(name);
    return this.located(command, () => {
      if (answer) answer(words, this.context(), expanded);
      else if (definition) return this.call(definition, words);
      else if (name === "include") this.include(words, false);
      else if (name === "include_guard")
        return this.guarded.has(this.file) ? "return" : void this.guarded.add(this.file);
      else if (name === "add_subdirectory") this.addSubdirectory(words);
      else if (builtinCommands.has(name)) builtinCommands.get(name)!(words, this.context(), expanded);
      else if (recordedCommands.has(name) || Object.hasOwn(this.options.recorded ?? {}, name)) this.record(name, words);
      else
        throw new Error(
          `the importer does not know what ${name}(${words.slice(0, 3).join(" ")}) does to the lists of sources`,
        );
      return undefined;
    });
  }

  private call(definition: Definition, words: readonly string[]): Signal {
    const { head, parameters, body } = definition;
    const rest = words.slice(parameters.length);
    const values = new Map<string, string>([
      ...parameters.map((parameter, index): [string, string] => [parameter, words[index] ?? ""]),
      ["ARGC", String(words.length)],
      ["ARGV", listOf(words)],
      ["ARGN", listOf(rest)],
      ...words.map((word, index): [string, string] => [`ARGV${index}`, word]),
    ]);
    // A macro has no scope of its own: its arguments are put in as text.
    const caller = { scope: this.scope, file: this.file };
    this.file = definition.file;
    let signal: Signal;
    if (head.name === "macro") {
      signal = this.run(mapArguments(body, (argument) => substituteArguments(argument, values)));
    } else {
      this.scope = new CMakeScope(caller.scope.cache, caller.scope);
      for (const [name, value] of values) this.scope.set(name, value);
      this.run(body);
    }
    this.scope = caller.scope;
    this.file = caller.file;
    return signal;
  }

  private include(words: readonly string[], required: boolean): void {
    const name = words[0] ?? "";
    const candidates = name.endsWith(".cmake")
      ? [this.absolute(name)]
      : listElements(this.scope.get("CMAKE_MODULE_PATH") ?? "").map((path) => posix.join(path, `${name}.cmake`));
    const path = candidates.find((candidate) => this.isFile(candidate));
    if (path !== undefined) this.runFile(path);
    else if (words.includes("OPTIONAL")) return;
    else if (required)
      throw new ImportError(`${this.options.directory}: needs the module ${name}, which the source tree does not have`);
    else if (!ownModules.has(name))
      throw new Error(
        `includes ${name}, which is neither in the source tree nor a module of CMake's that the importer knows`,
      );
  }

  private addSubdirectory(words: readonly string[]): void {
    const name = words[0] ?? "";
    const { subdirectories = [], otherSubdirectories = {} } = this.options;
    if (subdirectories !== "all" && !subdirectories.includes(name)) {
      if (Object.hasOwn(otherSubdirectories, name)) return;
      throw new Error(`adds the subdirectory ${name}, of which the importer does not know whether it has sources`);
    }
    const above = this.scope;
    this.scope = new CMakeScope(above.cache, above);
    const directory = this.absolute(name);
    this.enterDirectory(directory, () => this.runFile(posix.join(directory, "CMakeLists.txt")));
    this.scope = above;
  }

  private record(name: string, words: readonly string[]): void {
    if (name === "add_library" || name === "add_executable" || name === "add_custom_target")
      this.targets.add(words[0] ?? "");
    this.calls.push({ name, arguments: words, directory: this.directory });
  }

  private expand(command: Command): ExpandedArgument[] {
    return expandArguments(command.arguments, this.scope);
  }

  private context(): CommandContext {
    return {
      scope: this.scope,
      isTarget: (name) => this.targets.has(name),
      isCommand: (name) =>
        this.definitions.has(name.toLowerCase()) ||
        builtinCommands.has(name) ||
        (this.options.commands?.has(name) ?? false),
      exists: (path) => this.isFile(path) || this.isFolder(path),
      isDirectory: (path) => this.isFolder(path),
      read: (path) => (this.isFile(path) ? this.tree.read(this.treePath(path)!) : undefined),
      glob: (pattern, recursive) => this.glob(pattern, recursive),
      absolute: (path) => this.absolute(path),
    };
  }

  private absolute(path: string): string {
    return posix.resolve(this.directory, path);
  }

  private treePath(path: string): string | undefined {
    const absolute = this.absolute(path);
    return absolute.startsWith(`${sourceRoot}/`) ? absolute.slice(sourceRoot.length + 1) : undefined;
  }

  private isFile(path: string): boolean {
    const inTree = this.treePath(path);
    return inTree !== undefined && this.tree.has(inTree);
  }

  private isFolder(path: string): boolean {
    const inTree = this.treePath(path);
    return inTree !== undefined && this.tree.files.some((file) => file.startsWith(`${inTree}/`));
  }

  private glob(pattern: string, recursive = false): string[] {
    const inTree = this.treePath(pattern) ?? "";
    // What a recursive pattern names is looked for in its folder and in all below.
    const { dir, base } = posix.parse(inTree);
    const matches = picomatch(recursive ? `${dir}/**/${base}` : inTree, {
      dot: true,
      nobrace: true,
      noextglob: true,
      noglobstar: !recursive,
      nonegate: true,
    });
    return this.tree.files.filter((file) => matches(file)).map((file) => posix.join(sourceRoot, file));
  }

  private located<T>(command: Command, action: () => T): T {
    const { file } = this;
    try {
      return action();
    } catch (error) {
      if (error instanceof ImportError) throw error;
      throw new ImportError(`${file}:${command.line}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function substituteArguments(argument: Argument, values: ReadonlyMap<string, string>): Argument {
  if (argument.quoting === "bracket" || !argument.text.includes("${")) return argument;
  return {
    ...argument,
    text: argument.text.replace(/\$\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole),
  };
}
