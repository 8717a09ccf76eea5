"use strict";

const boundaries = require("eslint-plugin-boundaries").default ?? require("eslint-plugin-boundaries");
const tseslint = require("typescript-eslint");

/** The steps of the pipeline, as docs/pipeline.md draws it: each may import from those that are named, and from itself. */
const imports = {
  schema: [],
  starlark: [],
  read: ["schema"],
  validate: ["schema", "read"],
  resolve: ["schema", "read", "validate"],
  plan: ["schema", "starlark", "read", "validate", "resolve"],
  apply: ["schema", "read", "validate", "resolve", "plan"],
  import: ["schema"],
  runtimes: ["schema", "import"],
  cli: ["schema", "read", "validate", "resolve", "plan", "apply", "import"],
  bin: ["cli"],
  testing: ["schema", "read", "validate", "cli"],
};

/** Steps without input and output: what they compute depends on their arguments alone. */
const pureSteps = ["schema", "starlark", "validate", "resolve", "plan"];
const inputAndOutput = ["fs", "fs/promises", "child_process", "http", "https", "net", "os", "process"].flatMap(
  (name) => [name, `node:${name}`],
);

module.exports = tseslint.config(
  { ignores: ["node_modules/", "bazel-*/", ".e2e/", "examples/*/bazel-*/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: __dirname } },
    rules: {
      "@typescript-eslint/no-unused-vars": [
        "error",
        { varsIgnorePattern: "^_", argsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      eqeqeq: "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // jest's matchers (expect.any and the like) are of type any.
    files: ["**/*.test.ts"],
    rules: { "@typescript-eslint/no-unsafe-assignment": "off" },
  },
  {
    // A test that does not run has to say why, and `e2e/suites/allowed-skips.ts` has to allow it.
    files: ["**/*.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...["it", "test", "describe"].flatMap((object) =>
          ["skip", "only", "todo", "failing"].map((property) => ({
            object,
            property,
            message: "Declare what cannot be run by e2e/harness/declare-skip.ts.",
          })),
        ),
      ],
      "no-restricted-globals": [
        "error",
        ...["xit", "xtest", "xdescribe", "fit", "fdescribe"].map((name) => ({
          name,
          message: "Declare what cannot be run by e2e/harness/declare-skip.ts.",
        })),
      ],
    },
  },
  {
    // A process that hangs must end, and what it printed must be told.
    files: ["**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            'CallExpression[callee.name=/^(spawn|spawnSync|execFile|execFileSync|exec|execSync|fork)$/]:not(:has(ObjectExpression > Property[key.name="timeout"]))',
          message: "Give the process a timeout.",
        },
      ],
    },
  },
  {
    // What is not shipped runs processes by e2e/harness/run-command.ts, which gives each a timeout.
    files: ["e2e/**/*.ts", "bench/**/*.ts", "**/*.test.ts"],
    ignores: ["e2e/harness/run-command.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: ["child_process", "node:child_process"].map((name) => ({
            name,
            message: "Run processes by e2e/harness/run-command.ts.",
          })),
        },
      ],
    },
  },
  {
    // Tests may look at any step.
    files: ["generator/**/*.ts", "manifest/**/*.ts"],
    ignores: ["**/*.test.ts"],
    plugins: { boundaries },
    settings: {
      "import/resolver": { node: { extensions: [".ts", ".js", ".json"] } },
      "boundaries/elements": Object.keys(imports).map((type) => ({
        type,
        pattern: type === "runtimes" ? "manifest/runtimes" : `generator/${type}`,
      })),
    },
    rules: {
      "boundaries/no-unknown-files": "error",
      "boundaries/dependencies": [
        "error",
        {
          default: "disallow",
          policies: [
            { from: { element: { type: "*" } }, allow: { to: { module: { origin: ["external", "core"] } } } },
            ...Object.entries(imports).map(([type, allowed]) => ({
              from: { element: { type } },
              allow: { to: { element: { types: { anyOf: [type, ...allowed] } } } },
            })),
          ],
        },
      ],
    },
  },
  {
    files: pureSteps.map((step) => `generator/${step}/**/*.ts`),
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: inputAndOutput.map((name) => ({
            name,
            message: "This step does no input and output; see docs/pipeline.md.",
          })),
        },
      ],
    },
  },
);
