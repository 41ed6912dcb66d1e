package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// flagName is the flag of a key: -public-url for PUBLIC_URL.
func flagName(key string) string { return "-" + strings.ToLower(strings.ReplaceAll(key, "_", "-")) }

// flagKeys are the keys that have a flag. Secrets have none of their own,
// because everybody on a machine can see command lines; their files have.
func flagKeys() map[string]string {
	keys := map[string]string{"-config": "CONFIG"}
	for _, s := range settings {
		key := s.key
		if s.secret {
			key += "_FILE"
		}
		keys[flagName(key)] = key
	}
	return keys
}

// takeFlags takes the settings' flags out of a command line, wherever they
// stand, and returns the rest: -name value, -name=value, one hyphen or two.
func takeFlags(args []string, problems *Problems) (values source, rest []string) {
	keys := flagKeys()
	values = source{}
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return values, append(rest, args[i:]...)
		}
		name, value, assigned := strings.Cut(args[i], "=")
		key, ok := keys[singleHyphen(name)]
		if !ok {
			rest = append(rest, args[i])
			continue
		}
		if !assigned {
			if i++; i == len(args) {
				problems.add(key, "the flag has no value", "write "+flagName(key)+" and then the value")
				return values, rest
			}
			value = args[i]
		}
		values[key] = value
	}
	return values, rest
}

func singleHyphen(arg string) string {
	if strings.HasPrefix(arg, "--") {
		return arg[1:]
	}
	return arg
}

// refuseRest makes problems of what is left of a command line that should hold
// nothing but settings.
func refuseRest(rest []string, problems *Problems) {
	var names []string
	for name := range flagKeys() {
		names = append(names, name)
	}
	for _, arg := range rest {
		name, _, _ := strings.Cut(arg, "=")
		if !strings.HasPrefix(name, "-") {
			*problems = append(*problems, Problem{"arguments", "there is one too many", "write hearth -help to see how to call it"})
			return
		}
		fix := "see hearth -help"
		if n := nearest(singleHyphen(name), names); n != "" {
			fix = "did you mean " + n + "?"
		}
		*problems = append(*problems, Problem{name, "unknown flag", fix})
	}
}

// usage prints all settings, for hearth -help.
func usage(w io.Writer) {
	fmt.Fprint(w, `Hearth, an online room for group therapy.

  hearth [serve] [flags]   the server
  hearth invite [flags]    prints invitation links; hearth invite -help
  hearth revoke [flags]    calls invitations back; hearth revoke -help
  hearth healthcheck       asks the server on this machine whether it lives
  hearth version

A setting comes from its flag, else its variable, else the file that -config or
HEARTH_CONFIG names (lines like HEARTH_PATIENTS=12), else it has its default.

`)
	for _, s := range settings {
		fmt.Fprintf(w, "%s\n      %s\n", s.heading(), s.help)
	}
}

func (s setting) heading() string {
	head := flagName(s.key) + ", " + prefix + s.key
	if s.secret {
		head = flagName(s.key+"_FILE") + ", " + prefix + s.key + "_FILE, " + prefix + s.key
	}
	if s.value != "" {
		head += " (" + s.value + ")"
	}
	return head
}

// wantsHelp tells whether a command line asks for help rather than for a run.
func wantsHelp(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool {
		return a == "-h" || a == "-help" || a == "--help"
	})
}
