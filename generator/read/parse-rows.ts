import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Alias,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";

import type { Place, Problem } from "./problem";

/** A path inside a row, from the outermost key inwards: `["versions", 1, "archive"]`. */
export type FieldPath = readonly (string | number)[];

/** A plain value, and where it and each value inside it was written. */
export interface Located {
  readonly value: unknown;
  /** By `fieldKey` of the path from this value. */
  readonly places: ReadonlyMap<string, Place>;
}

/** The key of a field path in a map of places. */
export function fieldKey(path: FieldPath): string {
  return path.join("\0");
}

/** The place of the field at `path`, or of the innermost value around it that was written anywhere. */
export function placeOf(places: ReadonlyMap<string, Place>, path: FieldPath): Place {
  for (let length = path.length; length >= 0; length -= 1) {
    const place = places.get(fieldKey(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  throw new Error("a located value has a place for itself");
}

/**
 * Parses YAML text with anchors and merge keys. `file` is only for messages. Syntax errors are returned as problems,
 * and then there is no value.
 */
export function parseYaml(text: string, file: string): { located?: Located; problems: Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const problems = document.errors.map((error): Problem => ({
    place: { file, line: lines.linePos(error.pos[0]).line },
    message: `not YAML: ${error.message}`,
    mend: "correct the syntax at this line",
  }));
  if (problems.length > 0) return { problems };
  const places = new Map<string, Place>();
  const placeAt = (node: Node): Place => ({ file, line: lines.linePos(node.range?.[0] ?? 0).line });
  if (document.contents === null) {
    places.set(fieldKey([]), { file, line: 1 });
    return { located: { value: null, places }, problems };
  }
  const visit = (path: FieldPath, node: Node): void => void places.set(fieldKey(path), placeAt(node));
  visit([], document.contents);
  const resolve = (alias: Alias): Node | null => {
    const node = alias.resolve(document);
    if (node !== undefined) return node;
    problems.push({
      place: placeAt(alias),
      message: `there is no anchor &${alias.source} before this alias`,
      mend: "name an anchor above",
    });
    return null;
  };
  const value = toPlain(document.contents, [], { resolve, visit });
  return problems.length > 0 ? { problems } : { located: { value, places }, problems };
}

/** The parts of a located list or map: each value below it with places that start at that value. */
export function partsOf(located: Located): Map<string | number, Located> {
  const parts = new Map<string | number, Located>();
  const { value } = located;
  const keys = Array.isArray(value) ? value.keys() : isRecord(value) ? Object.keys(value) : [];
  const places = new Map<string, Map<string, Place>>();
  for (const [key, place] of located.places) {
    const end = key.indexOf("\0");
    const head = end === -1 ? key : key.slice(0, end);
    const inner = places.get(head) ?? new Map<string, Place>();
    inner.set(end === -1 ? "" : key.slice(end + 1), place);
    places.set(head, inner);
  }
  for (const key of keys) {
    const inner = places.get(String(key)) ?? new Map([["", placeOf(located.places, [])]]);
    parts.set(key, { value: (value as Record<string | number, unknown>)[key], places: inner });
  }
  return parts;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface Walk {
  /** What an alias stands for; null, and noted as a problem, where that is nothing. */
  readonly resolve: (alias: Alias) => Node | null;
  /** Told the node that stands for the value at `path`; a later call for a path replaces the earlier one. */
  readonly visit: (path: FieldPath, node: Node) => void;
}

function toPlain(node: Node | null, path: FieldPath, walk: Walk): unknown {
  if (isAlias(node)) return toPlain(walk.resolve(node), path, walk);
  if (isMap(node)) return mapToPlain(node, path, walk);
  if (isSeq(node)) {
    return node.items.map((item, index) => {
      walk.visit([...path, index], item as Node);
      return toPlain(item as Node, [...path, index], walk);
    });
  }
  if (!isScalar(node)) return null;
  // No column is a fraction, but versions look like one: 2.30 is the text "2.30", not the number 2.3.
  return typeof node.value === "number" && node.source?.includes(".") === true ? node.source : node.value;
}

function mapToPlain(map: YAMLMap, path: FieldPath, walk: Walk): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  const isMerge = (item: Pair): boolean => isScalar(item.key) && item.key.source === "<<";
  for (const item of map.items.filter(isMerge)) {
    const merged = isAlias(item.value) ? walk.resolve(item.value) : item.value;
    // Of several merged maps, the earlier wins.
    for (const one of isSeq(merged) ? [...merged.items].reverse() : [merged]) {
      const plain = toPlain(one as Node | null, path, walk);
      if (isRecord(plain)) Object.assign(value, plain);
    }
  }
  for (const item of map.items.filter((item) => !isMerge(item))) {
    const key = isScalar(item.key) ? (item.key.source ?? String(item.key.value)) : String(item.key);
    walk.visit([...path, key], item.key as Node);
    value[key] = toPlain(item.value as Node | null, [...path, key], walk);
  }
  return value;
}
