import { schemaNames, tableSchema } from "./json-schema";

test("every table of a manifest has a schema", () => {
  expect(schemaNames).toEqual([
    "module",
    "runtime",
    "architectures",
    "micro-architectures",
    "features",
    "systems",
    "targets",
    "llvm",
    "hosts",
    "archives",
  ]);
});

test.each(schemaNames)("%s knows its fields, and refuses others", (name) => {
  const schema = JSON.parse(tableSchema(name, "comment")) as Record<string, unknown>;
  const row = (schema["items"] ?? schema) as Record<string, unknown>;
  expect(schema["$comment"]).toBe("comment");
  expect(row["additionalProperties"]).toBe(false);
  expect(Object.keys(row["properties"] as object).length).toBeGreaterThan(3);
});

test("a row that is laid over another needs only its name", () => {
  const required = (name: string): unknown => {
    const schema = JSON.parse(tableSchema(name, "")) as { required?: unknown; items?: { required: unknown } };
    return schema.items?.required ?? schema.required;
  };
  expect(required("archives")).toEqual(["name"]);
  expect(required("targets")).toEqual(["architecture", "system"]);
  expect(required("module")).toEqual([]);
});

test("an unknown table is a fault", () => {
  expect(() => tableSchema("tables", "")).toThrow("no table is called tables");
});
