package main

import (
	"fmt"
	"io"
	"runtime/debug"
)

// runVersion prints what this program was built from.
func runVersion(stdout io.Writer) error {
	_, err := fmt.Fprintln(stdout, "hearth "+version())
	return err
}

// version is the module's version, else the revision of the source, else
// "devel".
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	revision, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	switch {
	case info.Main.Version != "" && info.Main.Version != "(devel)":
		return info.Main.Version
	case revision != "":
		return revision[:min(12, len(revision))] + changed
	}
	return "devel"
}
