// Package roman writes Roman numerals by a library in C++.
package roman

/*
#include "roman.h"
*/
import "C"

// Numeral returns a number as a Roman numeral, which those from 1 to 3999 have.
func Numeral(number int) (string, bool) {
	var bytes [16]C.char
	if C.write_numeral(C.int(number), &bytes[0]) == 0 {
		return "", false
	}
	return C.GoString(&bytes[0]), true
}
