fn main() {
    cc::Build::new().file("greet.c").compile("greet");
}
