import type { ResolvedTarget } from "../resolve/resolved-target";

/**
 * Names for things of which one target may have another version than the next: one name where all are alike, else one
 * per architecture, per OS, per system, per OS and architecture, or per system and architecture, whichever is the first to tell them apart.
 *
 * @param prefix What every name begins with.
 * @param contents Target → what the thing is like for it; equal values are the same thing.
 * @returns Target → name. Two targets have the same name only if their contents are equal.
 */
export function nameByTarget(
  prefix: string,
  contents: ReadonlyMap<ResolvedTarget, unknown>,
): Map<ResolvedTarget, string> {
  const suffixes: ((target: ResolvedTarget) => string)[] = [
    () => "",
    ({ architecture }) => `_${architecture.name}`,
    ({ system }) => `_${system.os}`,
    ({ system }) => `_${system.name}`,
    ({ architecture, system }) => `_${system.os}_${architecture.name}`,
    ({ architecture, system }) => `_${system.name}_${architecture.name}`,
    ({ platform }) => `_${platform}`,
  ];
  const texts = new Map([...contents].map(([target, content]) => [target, JSON.stringify(content)]));
  const suffix = suffixes.find((candidate) => tellsApart(candidate, texts));
  if (suffix === undefined) throw new Error(`${prefix}: two versions of one platform need it in different forms`);
  return new Map([...contents.keys()].map((target) => [target, prefix + suffix(target)]));
}

function tellsApart(suffix: (target: ResolvedTarget) => string, texts: ReadonlyMap<ResolvedTarget, string>): boolean {
  const seen = new Map<string, string>();
  for (const [target, text] of texts) {
    const name = suffix(target);
    if (seen.has(name) && seen.get(name) !== text) return false;
    seen.set(name, text);
  }
  return true;
}
