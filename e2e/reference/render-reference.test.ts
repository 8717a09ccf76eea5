import { readModuleInfo, type ModuleInfo } from "./module-info";
import { renderReference } from "./render-reference";

const none: ModuleInfo = { rules: [], aspects: [], repositoryRules: [], macros: [], extensions: [] };
const attribute = { name: "srcs", docString: "What it\n  takes | or not.", type: 7, mandatory: true, defaultValue: "" };
const flag = { name: "fast", docString: "Whether.", type: 8, mandatory: false, defaultValue: "False" };
const own = { ...attribute, name: "name", docString: "" };

const render = (info: Partial<ModuleInfo>): string[] =>
  renderReference(
    [{ label: "@xllvm//:defs.bzl", title: "Rules", usage: '\nload("x")\n\nbuild --x\n', info: { ...none, ...info } }],
    "npm run it",
  )
    .split("## Rules\n\n")[1]!
    .split("\n");

it("shows a rule with its attributes in a table, without those that every rule has", () => {
  expect(render({ rules: [{ name: "make", docString: "Makes.", attributes: [own, attribute, flag] }] })).toEqual([
    '    load("x")',
    "",
    "    build --x",
    "",
    "### make",
    "",
    "Makes.",
    "",
    "| attribute | type | default | meaning |",
    "|---|---|---|---|",
    "| `srcs` | list of labels | must be given | What it takes \\| or not. |",
    "| `fast` | boolean | `False` | Whether. |",
    "",
  ]);
});

it("shows macros, aspects and the tags of extensions", () => {
  const lines = render({
    macros: [
      {
        name: "declare",
        docString: "Declares.",
        parameters: [{ name: "name", docString: "", defaultValue: "", mandatory: true }],
      },
    ],
    aspects: [{ name: "check", docString: "Checks.", attributes: [own], alongAttributes: ["deps", "srcs"] }],
    extensions: [
      {
        name: "archives",
        docString: "Fetches.",
        tags: [{ name: "index", docString: "Says where.", attributes: [flag] }],
      },
    ],
  });
  expect(lines).toEqual(
    expect.arrayContaining([
      "### declare",
      "Declares.",
      "### check",
      "It follows `deps`, `srcs`.",
      "Fetches.",
      "### archives.index",
      "| `fast` | boolean | `False` | Whether. |",
    ]),
  );
});

it("reads texts of Bazel 7, and of later ones, as they were written", () => {
  const written = (text: string): Buffer =>
    Buffer.concat([Buffer.from([0x0a, Buffer.byteLength(text) + 2, 0x12, Buffer.byteLength(text)]), Buffer.from(text)]);
  const once = Buffer.from("a … b").toString("latin1");
  for (const text of [once, "a … b"]) expect(readModuleInfo(written(text)).rules[0]?.docString).toBe("a … b");
});

it("refuses what has no docstring", () => {
  expect(() => render({ rules: [{ name: "make", docString: " ", attributes: [] }] })).toThrow(
    "@xllvm//:defs.bzl: make has no docstring",
  );
  expect(() =>
    render({ rules: [{ name: "make", docString: "Makes.", attributes: [{ ...flag, docString: "" }] }] }),
  ).toThrow("@xllvm//:defs.bzl: make's attribute fast has no docstring");
});
