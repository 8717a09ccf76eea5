use neighbours::{ask_sqlite, count_words, through_zstd, with_avx2, SIZE_OF_LONG};

#[cfg(not(any(target_os = "macos", target_os = "wasi")))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let text = "what C and C++ say";
    println!("{} words, {:?} in none", count_words(text).unwrap(), count_words(""));
    println!("{} bytes in a long", SIZE_OF_LONG);
    println!("sqlite {}", ask_sqlite("select printf('%.3f', 1.0 / 3)"));
    println!("zstd {}", through_zstd(text.as_bytes()).1);
    let (rust, c) = with_avx2();
    println!("AVX2 in Rust {rust}, in C {c}");
    #[cfg(feature = "tls")]
    println!("openssl {}, ring {}", neighbours::openssl_major(), &neighbours::sha256(b"abc")[..8]);
}
