//! What a program can see of the C and C++ that is linked into it.

#[allow(non_camel_case_types, non_upper_case_globals, dead_code)]
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

use std::ffi::{c_char, c_int, c_void, CStr, CString};

pub use bindings::{LONGEST_PATH, SIZE_OF_LONG, SIZE_OF_OFFSET};

/// The number of words in a text, as C++ counts them; `None` where there are none.
pub fn count_words(text: &str) -> Option<usize> {
    let count = unsafe { bindings::count_words(text.as_ptr().cast(), text.len() as _) };
    usize::try_from(count).ok()
}

/// Whether Rust and C are compiled for CPUs that all have AVX2.
pub fn with_avx2() -> (bool, bool) {
    (cfg!(target_feature = "avx2"), unsafe { bindings::has_avx2() } != 0)
}

/// What SQLite answers to a query, from a database in memory.
pub fn ask_sqlite(query: &str) -> String {
    use libsqlite3_sys as sqlite;
    unsafe extern "C" fn keep(answer: *mut c_void, _: c_int, values: *mut *mut c_char, _: *mut *mut c_char) -> c_int {
        *answer.cast::<String>() = CStr::from_ptr(*values).to_string_lossy().into_owned();
        0
    }
    let mut answer = String::new();
    let mut database = std::ptr::null_mut();
    let query = CString::new(query).unwrap();
    unsafe {
        assert_eq!(sqlite::sqlite3_open(c":memory:".as_ptr(), &mut database), sqlite::SQLITE_OK);
        let place: *mut String = &mut answer;
        let status = sqlite::sqlite3_exec(database, query.as_ptr(), Some(keep), place.cast(), std::ptr::null_mut());
        assert_eq!(status, sqlite::SQLITE_OK);
        sqlite::sqlite3_close(database);
    }
    answer
}

/// The length of a text that Zstandard has packed and unpacked, and whether it came back as it was.
pub fn through_zstd(text: &[u8]) -> (usize, bool) {
    unsafe {
        let mut packed = vec![0u8; zstd_sys::ZSTD_compressBound(text.len())];
        let length = zstd_sys::ZSTD_compress(packed.as_mut_ptr().cast(), packed.len(), text.as_ptr().cast(), text.len(), 3);
        let mut unpacked = vec![0u8; text.len()];
        zstd_sys::ZSTD_decompress(unpacked.as_mut_ptr().cast(), unpacked.len(), packed.as_ptr().cast(), length);
        (length, unpacked == text)
    }
}

/// SHA-256 of a text by ring, in hexadecimal digits.
#[cfg(feature = "tls")]
pub fn sha256(text: &[u8]) -> String {
    ring::digest::digest(&ring::digest::SHA256, text).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The major version of the OpenSSL that is linked.
#[cfg(feature = "tls")]
pub fn openssl_major() -> u64 {
    openssl_sys::init();
    (unsafe { openssl_sys::OpenSSL_version_num() } as u64) >> 28
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpp_counts_and_throws() {
        assert_eq!(count_words("three small words"), Some(3));
        assert_eq!(count_words("  "), None);
    }

    #[test]
    fn bindings_are_of_the_target() {
        assert_eq!(SIZE_OF_LONG as usize, size_of::<std::ffi::c_long>());
    }

    #[test]
    fn sqlite_computes() {
        assert_eq!(ask_sqlite("select printf('%.3f', 1.0 / 3)"), "0.333");
    }

    #[test]
    fn zstd_packs() {
        let (length, same) = through_zstd(&[b'x'; 10_000]);
        assert!(length < 100 && same);
    }

    #[test]
    #[cfg(feature = "tls")]
    fn digests() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(openssl_major(), 3);
    }

    #[test]
    #[cfg(panic = "unwind")]
    fn panics_unwind_through_frames() {
        let caught = std::panic::catch_unwind(|| count_words("").expect("words"));
        assert!(caught.is_err());
    }
}
