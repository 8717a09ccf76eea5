// Compiles C++ for whatever target cargo builds for: bazel-crossenv tells the crate cc which compiler that is.
fn main() {
    println!("cargo:rerun-if-changed=numerals");
    cc::Build::new().cpp(true).std("c++17").file("numerals/roman.cc").compile("numerals");
}
