package estimate

var Debug func(string, ...any)

func debug(f string, a ...any) {
	if Debug != nil {
		Debug(f, a...)
	}
}
