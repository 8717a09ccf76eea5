// Command to_roman writes its arguments as Roman numerals.
package main

import (
	"fmt"
	"os"
	"strconv"

	"example.com/roman"
)

func main() {
	for _, argument := range os.Args[1:] {
		number, _ := strconv.Atoi(argument)
		if text, ok := roman.Numeral(number); ok {
			fmt.Println(text)
		} else {
			fmt.Println(argument, "has no numeral")
		}
	}
}
