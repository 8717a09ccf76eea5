import { listElements } from "./cmake-list";
import { cmakeRegExp } from "./cmake-regexp";
import type { CMakeScope } from "./cmake-scope";
import type { ExpandedArgument } from "./expand-arguments";

/** What a condition can ask besides variables. */
export interface ConditionWorld {
  readonly scope: CMakeScope;
  isTarget(name: string): boolean;
  isCommand(name: string): boolean;
  /** Whether the path is a file or folder of the tree. */
  exists(path: string): boolean;
  isDirectory(path: string): boolean;
}

/** The truth of the arguments of `if()`, `elseif()` or `while()`. Throws `Error` when they are no condition. */
export function evaluateCondition(words: readonly ExpandedArgument[], world: ConditionWorld): boolean {
  const reader = new ConditionReader(words, world);
  const result = reader.or();
  reader.expectEnd();
  return result;
}

/** Whether CMake takes `value`, as the value of a variable, for true. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|0+(?:\.0*)?|off|no|false|n|ignore|notfound|.*-notfound)$/is.test(value);
}

type Comparison = (left: string, right: string) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  EQUAL: (left, right) => Number(left) === Number(right),
  LESS: (left, right) => Number(left) < Number(right),
  GREATER: (left, right) => Number(left) > Number(right),
  LESS_EQUAL: (left, right) => Number(left) <= Number(right),
  GREATER_EQUAL: (left, right) => Number(left) >= Number(right),
  STREQUAL: (left, right) => left === right,
  STRLESS: (left, right) => left < right,
  STRGREATER: (left, right) => left > right,
  VERSION_EQUAL: (left, right) => compareVersions(left, right) === 0,
  VERSION_LESS: (left, right) => compareVersions(left, right) < 0,
  VERSION_GREATER: (left, right) => compareVersions(left, right) > 0,
  VERSION_LESS_EQUAL: (left, right) => compareVersions(left, right) <= 0,
  VERSION_GREATER_EQUAL: (left, right) => compareVersions(left, right) >= 0,
};

class ConditionReader {
  private position = 0;

  constructor(
    private readonly words: readonly ExpandedArgument[],
    private readonly world: ConditionWorld,
  ) {}

  or(): boolean {
    let result = this.and();
    while (this.takes("OR")) {
      // Both sides are read whatever the first one is: they are words, and have to be passed.
      const right = this.and();
      result = result || right;
    }
    return result;
  }

  expectEnd(): void {
    const word = this.words[this.position];
    if (word) throw new Error(`condition goes on after its end: ${word.text}`);
  }

  private and(): boolean {
    let result = this.not();
    while (this.takes("AND")) {
      const right = this.not();
      result = result && right;
    }
    return result;
  }

  private not(): boolean {
    return this.takes("NOT") ? !this.not() : this.test();
  }

  private test(): boolean {
    if (this.takes("(")) {
      const result = this.or();
      if (!this.takes(")")) throw new Error("condition lacks a closing parenthesis");
      return result;
    }
    const unary = this.unary();
    if (unary !== undefined) return unary;
    const left = this.next();
    const operator = this.words[this.position];
    const binary = operator && !operator.quoted ? this.binary(left, operator.text) : undefined;
    return binary ?? this.truth(left);
  }

  private unary(): boolean | undefined {
    const operand = this.words[this.position + 1];
    if (operand === undefined) return undefined;
    const { world } = this;
    const tests: Readonly<Record<string, (text: string) => boolean>> = {
      DEFINED: (text) =>
        text.startsWith("CACHE{")
          ? world.scope.cache.entries.has(text.slice(6, -1))
          : world.scope.get(text) !== undefined,
      EXISTS: (text) => world.exists(text),
      IS_DIRECTORY: (text) => world.isDirectory(text),
      IS_ABSOLUTE: (text) => text.startsWith("/"),
      TARGET: (text) => world.isTarget(text),
      COMMAND: (text) => world.isCommand(text),
      POLICY: () => true,
    };
    const word = this.words[this.position];
    const test = word && !word.quoted ? tests[word.text] : undefined;
    if (!test) return undefined;
    this.position += 2;
    return test(operand.text);
  }

  private binary(left: ExpandedArgument, operator: string): boolean | undefined {
    const comparison = comparisons[operator];
    if (comparison) {
      this.position++;
      return comparison(this.value(left), this.value(this.next()));
    }
    if (operator === "MATCHES") {
      this.position++;
      const match = cmakeRegExp(this.next().text).exec(this.value(left));
      match?.forEach((group, index) => this.world.scope.set(`CMAKE_MATCH_${index}`, group ?? ""));
      return match !== null;
    }
    if (operator === "IN_LIST") {
      this.position++;
      return listElements(this.world.scope.get(this.next().text) ?? "").includes(this.value(left));
    }
    return undefined;
  }

  /** A lone word: a constant, else the name of a variable; a quoted one is never a name. */
  private truth(word: ExpandedArgument): boolean {
    if (/^(?:on|yes|true|y|-?(?!0+(?:\.0*)?$)\d+(?:\.\d*)?)$/i.test(word.text)) return true;
    return !word.quoted && isTrue(this.world.scope.get(word.text));
  }

  /** An operand: the value of the variable that an unquoted word names, else the word. */
  private value(word: ExpandedArgument): string {
    return (word.quoted ? undefined : this.world.scope.get(word.text)) ?? word.text;
  }

  private next(): ExpandedArgument {
    const word = this.words[this.position++];
    if (!word) throw new Error("condition ends too early");
    return word;
  }

  private takes(text: string): boolean {
    const word = this.words[this.position];
    const fits = word !== undefined && !word.quoted && word.text === text;
    if (fits) this.position++;
    return fits;
  }
}

function compareVersions(left: string, right: string): number {
  const parts = (version: string): number[] => version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [parts(left), parts(right)];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
