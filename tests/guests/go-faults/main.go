// Goes wrong as the config key `behaviour` says, in the ways in which programs in Go do.
package main

import "go-faults/greenlight"

func init() { greenlight.Validate(validate) }

func main() {}

var held [][]byte

func validate() greenlight.Verdict {
	behaviour, _ := greenlight.Config("behaviour")
	switch behaviour {
	case "panic":
		stock := []int{}
		item := len(behaviour)
		return greenlight.Fail("%d left", stock[item])
	case "loop":
		for count := 0; ; count++ {
		}
	case "memory":
		for {
			held = append(held, make([]byte, 1<<20))
		}
	}
	if _, err := greenlight.Fetch(greenlight.Request{URL: "https://denied.example.com/"}); err != nil {
		return greenlight.Fail("%v", err)
	}
	return greenlight.Pass()
}
