/// Start code that has `main` called with arguments, and its end be that of the emulator: docs/bare-metal.md.
fn main() {
    for library in ["crt0-semihost", "semihost"] {
        println!("cargo:rustc-link-arg=-l{library}");
    }
}
