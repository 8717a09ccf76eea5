export * from "../../crossenv/find-bazel";
