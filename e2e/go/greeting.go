// Package greeting counts words by a library of C++.
package greeting

/*
#include <stdlib.h>
#include "words.h"
*/
import "C"

import "unsafe"

// Count returns the number of words in a text, or -1 where there are none.
func Count(text string) int {
	c := C.CString(text)
	defer C.free(unsafe.Pointer(c))
	return int(C.count_words(c))
}
