module outside

go 1.21
