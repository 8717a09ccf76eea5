import { listOf } from "./cmake-list";
import { cmakeRegExp } from "./cmake-regexp";
import type { CMakeScope } from "./cmake-scope";

/** `string(…)`. Throws `Error` on an operation that is not known here. */
export function runStringCommand(words: readonly string[], scope: CMakeScope): void {
  const [operation = "", first = "", second = "", third = "", ...rest] = words;
  switch (operation) {
    case "REGEX":
      return runRegex(first, second, third, rest, scope);
    case "REPLACE":
      return scope.set(
        third,
        rest.join("").replaceAll(first, () => second),
      );
    case "COMPARE":
      return scope.set(rest[0] ?? "", compareStrings(first, second, third) ? "1" : "0");
    case "TOUPPER":
      return scope.set(second, first.toUpperCase());
    case "TOLOWER":
      return scope.set(second, first.toLowerCase());
    case "STRIP":
      return scope.set(second, first.trim());
    case "LENGTH":
      return scope.set(second, String(first.length));
    case "FIND":
      return scope.set(third, String(rest.includes("REVERSE") ? first.lastIndexOf(second) : first.indexOf(second)));
    case "SUBSTRING": {
      const length = Number(third);
      return scope.set(
        rest[0] ?? "",
        first.substring(Number(second), length < 0 ? undefined : Number(second) + length),
      );
    }
    case "APPEND":
      return scope.set(first, (scope.get(first) ?? "") + words.slice(2).join(""));
    case "PREPEND":
      return scope.set(first, words.slice(2).join("") + (scope.get(first) ?? ""));
    case "CONCAT":
      return scope.set(first, words.slice(2).join(""));
    case "JOIN":
      return scope.set(second, words.slice(3).join(first));
    default:
      throw new Error(`string(${operation} …) is not known to the importer`);
  }
}

function compareStrings(operation: string, left: string, right: string): boolean {
  switch (operation) {
    case "EQUAL":
      return left === right;
    case "NOTEQUAL":
      return left !== right;
    default:
      throw new Error(`string(COMPARE ${operation} …) is not known to the importer`);
  }
}

function runRegex(operation: string, pattern: string, third: string, rest: readonly string[], scope: CMakeScope): void {
  switch (operation) {
    case "REPLACE": {
      const [output = "", ...inputs] = rest;
      const replacement = third
        .replaceAll("$", "$$$$")
        .replace(/\\(\d)/g, (_, group: string) => (group === "0" ? "$&" : `$${group}`));
      return scope.set(output, inputs.join("").replace(cmakeRegExp(pattern, "g"), replacement));
    }
    case "MATCH": {
      const match = cmakeRegExp(pattern).exec(rest.join(""));
      match?.forEach((group, index) => scope.set(`CMAKE_MATCH_${index}`, group ?? ""));
      return scope.set(third, match?.[0] ?? "");
    }
    case "MATCHALL":
      return scope.set(third, listOf([...rest.join("").matchAll(cmakeRegExp(pattern, "g"))].map((match) => match[0])));
    default:
      throw new Error(`string(REGEX ${operation} …) is not known to the importer`);
  }
}
