/** cargo's arguments, taken apart at the targets that they name. */
export interface CargoArguments {
  /** The toolchain that rustup is asked for (`+nightly`), or undefined. */
  readonly toolchain: string | undefined;
  /** The subcommand: `build`, `test`, … */
  readonly subcommand: string;
  /** The targets, in their order, as they are spelled. */
  readonly targets: readonly string[];
  /** The arguments with each target spelled otherwise. */
  readonly respell: (spell: (target: string) => string) => string[];
}

const option = "--target";

/** Takes cargo's arguments apart. What follows `--` is the program's own. Pure. */
export function takeApart(words: readonly string[]): CargoArguments {
  const end = words.indexOf("--");
  const own = end === -1 ? words : words.slice(0, end);
  const toolchain = own[0]?.startsWith("+") === true ? own[0] : undefined;
  const places = own.flatMap((word, index): { index: number; target: string; before: string }[] => {
    if (word.startsWith(`${option}=`)) return [{ index, target: word.slice(option.length + 1), before: `${option}=` }];
    return index > 0 && own[index - 1] === option ? [{ index, target: word, before: "" }] : [];
  });
  return {
    toolchain,
    subcommand: own[toolchain === undefined ? 0 : 1] ?? "",
    targets: places.map(({ target }) => target),
    respell: (spell) =>
      words.map((word, index) => {
        const place = places.find((other) => other.index === index);
        return place === undefined ? word : place.before + spell(place.target);
      }),
  };
}
