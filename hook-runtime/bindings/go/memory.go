package greenlight

import "unsafe"

// returnArea is where the host puts results, laid out as the canonical ABI says. It is no local variable: Go moves its
// stacks, and the host does not follow.
type returnArea struct{ words [8]uint64 }

var area returnArea

func (a *returnArea) pointer() unsafe.Pointer { return unsafe.Pointer(a) }

func (a *returnArea) at(offset uintptr) unsafe.Pointer { return unsafe.Add(a.pointer(), offset) }

func (a *returnArea) byte(offset uintptr) uint8       { return *(*uint8)(a.at(offset)) }
func (a *returnArea) uint16(offset uintptr) uint16    { return *(*uint16)(a.at(offset)) }
func (a *returnArea) uint32(offset uintptr) uint32    { return *(*uint32)(a.at(offset)) }
func (a *returnArea) uint64(offset uintptr) uint64    { return *(*uint64)(a.at(offset)) }
func (a *returnArea) float64(offset uintptr) float64  { return *(*float64)(a.at(offset)) }
func (a *returnArea) setByte(offset uintptr, v uint8) { *(*uint8)(a.at(offset)) = v }

func (a *returnArea) setUint32(offset uintptr, v uint32) { *(*uint32)(a.at(offset)) = v }

// text copies a string or a list of bytes out of what the host wrote.
func (a *returnArea) text(offset uintptr) string {
	return textAt(a.uint32(offset), a.uint32(offset+4))
}

// pairs copies a list of pairs of strings.
func (a *returnArea) pairs(offset uintptr) [][2]string {
	start, count := a.uint32(offset), a.uint32(offset+4)
	if count == 0 {
		return nil
	}
	pairs := make([][2]string, 0, count)
	for _, words := range unsafe.Slice((*[4]uint32)(memory(start)), count) {
		pairs = append(pairs, [2]string{textAt(words[0], words[1]), textAt(words[2], words[3])})
	}
	return pairs
}

func textAt(start, length uint32) string {
	if length == 0 {
		return ""
	}
	return string(unsafe.Slice((*byte)(memory(start)), length))
}

// memory is the place of an address that the host gave: one that exportRealloc handed out.
func memory(address uint32) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(nil), uintptr(address))
}

// lent keeps what the host writes into from the garbage collector until release.
var lent [][]uint64

func release() { lent = nil }

// early is handed out before Go's own memory is there: the adapter for WASI preview 1 takes its stack and its state
// before the module starts, about 128 KiB. It takes no room in the file.
var (
	early     [64 * 1024]uint64
	earlyUsed uintptr
	started   bool
)

func init() { started = true }

// Go's collector reads the clock, and the host may not be called while it waits for memory: for that moment the adapter
// answers with the time that it knows.
//
//go:wasmimport wasi_snapshot_preview1 adapter_monotonic_clock_set_paused
func pauseClock(paused bool)

//go:wasmexport cabi_realloc
func exportRealloc(old unsafe.Pointer, oldSize, align, size uintptr) unsafe.Pointer {
	words := (size + 7) / 8
	if !started {
		at := earlyUsed
		earlyUsed += words
		return unsafe.Pointer(&early[at])
	}
	pauseClock(true)
	block := make([]uint64, max(words, 1))
	if old != nil {
		copy(unsafe.Slice((*byte)(unsafe.Pointer(&block[0])), size), unsafe.Slice((*byte)(old), oldSize))
	}
	lent = append(lent, block)
	pauseClock(false)
	return unsafe.Pointer(&block[0])
}
