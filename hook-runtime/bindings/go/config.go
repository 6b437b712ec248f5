package greenlight

import "unsafe"

//go:wasmimport wasi:config/store@0.2.0-rc.1 get
func importConfigGet(key string, result unsafe.Pointer)

//go:wasmimport wasi:config/store@0.2.0-rc.1 get-all
func importConfigGetAll(result unsafe.Pointer)

// Config is the value of one key of the hook's configuration; false when it is not set.
func Config(key string) (string, bool) {
	defer release()
	importConfigGet(key, area.pointer())
	// A configuration that cannot be read is none: the host keeps it in memory.
	if area.byte(0) != 0 || area.byte(4) == 0 {
		return "", false
	}
	return area.text(8), true
}

// ConfigAll is the hook's whole configuration.
func ConfigAll() map[string]string {
	defer release()
	all := map[string]string{}
	importConfigGetAll(area.pointer())
	if area.byte(0) == 0 {
		for _, pair := range area.pairs(4) {
			all[pair[0]] = pair[1]
		}
	}
	return all
}
