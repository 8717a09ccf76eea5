use std::{env, path::PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=words");
    cc::Build::new().cpp(true).std("c++17").file("words/words.cc").compile("words");
    // The header includes the target's own headers: what is found there is what the bindings say.
    bindgen::Builder::default()
        .header("words/words.h")
        .allowlist_file(".*/words.h")
        .layout_tests(false)
        .generate()
        .expect("bindings of words.h")
        .write_to_file(PathBuf::from(env::var_os("OUT_DIR").unwrap()).join("words.rs"))
        .unwrap();
}
