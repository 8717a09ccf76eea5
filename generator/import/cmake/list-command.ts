import { listElements, listOf } from "./cmake-list";
import { cmakeRegExp } from "./cmake-regexp";
import type { CMakeScope } from "./cmake-scope";

/** `list(…)`. Throws `Error` on an operation that is not known here. */
export function runListCommand(words: readonly string[], scope: CMakeScope): void {
  const [operation = "", name = "", ...rest] = words;
  const elements = listElements(scope.get(name) ?? "");
  const store = (changed: readonly string[]): void => scope.set(name, listOf(changed));
  const answer = (value: string): void => scope.set(rest.at(-1) ?? "", value);
  switch (operation) {
    case "APPEND":
      return store([...elements, ...rest]);
    case "PREPEND":
      return store([...rest, ...elements]);
    case "INSERT":
      return store(elements.toSpliced(Number(rest[0]), 0, ...rest.slice(1)));
    case "REMOVE_ITEM":
      return store(elements.filter((element) => !rest.includes(element)));
    case "REMOVE_AT":
      return store(
        elements.filter(
          (_, index) => !rest.some((at) => Number(at) === index || Number(at) + elements.length === index),
        ),
      );
    case "REMOVE_DUPLICATES":
      return store([...new Set(elements)]);
    case "REVERSE":
      return store(elements.toReversed());
    case "SORT":
      return store(elements.toSorted());
    case "FILTER": {
      const expression = cmakeRegExp(rest[2] ?? "");
      return store(elements.filter((element) => expression.test(element) === (rest[0] === "INCLUDE")));
    }
    case "LENGTH":
      return answer(String(elements.length));
    case "FIND":
      return answer(String(elements.indexOf(rest[0] ?? "")));
    case "GET":
      return answer(listOf(rest.slice(0, -1).map((at) => elements.at(Number(at)) ?? "NOTFOUND")));
    case "JOIN":
      return answer(elements.join(rest[0]));
    default:
      throw new Error(`list(${operation} …) is not known to the importer`);
  }
}
