import { takeApart } from "./cargo-arguments";

const apart = (words: readonly string[]) => {
  const { respell, ...parts } = takeApart(words);
  return { ...parts, respelled: respell((target) => `<${target}>`) };
};

test.each([
  [["build"], { subcommand: "build", targets: [], respelled: ["build"] }],
  [
    ["build", "--target", "T.2.36", "--release"],
    { subcommand: "build", targets: ["T.2.36"], respelled: ["build", "--target", "<T.2.36>", "--release"] },
  ],
  [["test", "--target=T"], { subcommand: "test", targets: ["T"], respelled: ["test", "--target=<T>"] }],
  [
    ["+nightly", "build", "--target", "T", "--target=U"],
    {
      toolchain: "+nightly",
      subcommand: "build",
      targets: ["T", "U"],
      respelled: ["+nightly", "build", "--target", "<T>", "--target=<U>"],
    },
  ],
  // The directory is no target, and what follows `--` is the program's.
  [
    ["run", "--target-dir", "out", "--target", "T", "--", "--target", "x"],
    {
      subcommand: "run",
      targets: ["T"],
      respelled: ["run", "--target-dir", "out", "--target", "<T>", "--", "--target", "x"],
    },
  ],
  [["build", "--target"], { subcommand: "build", targets: [], respelled: ["build", "--target"] }],
])("%j", (words, parts) => expect(apart(words)).toEqual({ toolchain: undefined, ...parts }));
