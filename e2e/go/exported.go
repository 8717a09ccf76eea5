package main

import "C"

import "sync"

//export Sum
func Sum(n C.int) C.int {
	var group sync.WaitGroup
	sums := make(chan C.int, n)
	for i := C.int(1); i <= n; i++ {
		group.Add(1)
		go func() { sums <- i; group.Done() }()
	}
	group.Wait()
	close(sums)
	total := C.int(0)
	for i := range sums {
		total += i
	}
	return total
}

func main() {}
