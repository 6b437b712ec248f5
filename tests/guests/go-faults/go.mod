module go-faults

go 1.24
