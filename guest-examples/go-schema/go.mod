module go-schema

go 1.24
