package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// The bounds of files that settings name, in bytes.
const maxConfigFile, maxSecretFile = 256 << 10, 16 << 10

// source is one place that settings come from: key without prefix, to value.
type source map[string]string

// find is the setting of a key, or nil.
func find(key string) *setting {
	for i := range settings {
		if settings[i].key == key {
			return &settings[i]
		}
	}
	return nil
}

// known tells whether a source may hold a key: a setting, or the _FILE form of
// a secret one.
func known(key string) bool {
	if s := find(key); s != nil {
		return true
	}
	base, isFile := strings.CutSuffix(key, "_FILE")
	s := find(base)
	return isFile && s != nil && s.secret
}

// knownKeys are all keys that a variable or a line of a file may have.
func knownKeys() []string {
	keys := []string{"CONFIG"}
	for _, s := range settings {
		keys = append(keys, s.key)
		if s.secret {
			keys = append(keys, s.key+"_FILE")
		}
	}
	return keys
}

// unknownFix names the setting that was probably meant.
func unknownFix(key string) string {
	if n := nearest(key, knownKeys()); n != "" {
		return "did you mean " + prefix + n + "?"
	}
	return "remove it, or see hearth -help"
}

// fromEnviron takes the HEARTH_ variables, and the path in HEARTH_CONFIG.
func fromEnviron(environ []string, problems *Problems) (values source, file string) {
	values = source{}
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		key, ours := strings.CutPrefix(name, prefix)
		switch {
		case !ours:
		case key == "CONFIG":
			file = value
		case !known(key):
			problems.add(key, "unknown variable", unknownFix(key))
		default:
			values[key] = value
		}
	}
	return values, file
}

// parseConfigFile takes lines HEARTH_KEY=value. Empty lines and lines that
// begin with # are skipped; a value may stand in double or single quotes.
func parseConfigFile(data []byte, problems *Problems) source {
	values := source{}
	if !utf8.Valid(data) || len(data) > maxConfigFile {
		problems.add("CONFIG", "the file is too large or not UTF-8 text", "write lines like HEARTH_PATIENTS=12")
		return values
	}
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			values.line(number, line, problems)
		}
	}
	return values
}

func (s source) line(number int, line string, problems *Problems) {
	name, value, assigned := strings.Cut(line, "=")
	name = strings.TrimSpace(name)
	key, ours := strings.CutPrefix(name, prefix)
	_, twice := s[key]
	switch {
	case !assigned || !ours:
		// Such a line is not shown: it may be the rest of a secret.
		*problems = append(*problems, Problem{fmt.Sprintf("line %d of the file", number), "not a setting", lineFix(name, assigned)})
	case !known(key):
		problems.add(key, "unknown name in the file", unknownFix(key))
	case twice:
		problems.add(key, "twice in the file", "keep one of the lines")
	default:
		s[key] = unquote(strings.TrimSpace(value))
	}
}

// lineFix names the setting that a line without the prefix was meant for.
func lineFix(name string, assigned bool) string {
	if assigned && name != "" {
		if n := nearest(name, knownKeys()); n != "" {
			return "did you mean " + prefix + n + "?"
		}
	}
	return "write lines like HEARTH_PATIENTS=12"
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// readConfigFile reads a configuration file; an empty path is none.
func readConfigFile(path string, problems *Problems) source {
	if path == "" {
		return nil
	}
	data, err := readBounded(path, maxConfigFile+1)
	if err != nil {
		problems.add("CONFIG", "the file cannot be read", "check the path and its owner")
		return nil
	}
	return parseConfigFile(data, problems)
}

func readBounded(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// value is what a source says of a setting: its value, or the content of the
// file that its _FILE form names. Empty is not set.
func (s source) value(of setting) (value string, err error) {
	value, path := s[of.key], s[of.key+"_FILE"]
	if !of.secret || path == "" {
		return value, nil
	}
	if value != "" {
		return "", flaw{"set twice, as a value and as a file", "remove one of the two"}
	}
	data, err := readBounded(path, maxSecretFile)
	if err != nil {
		return "", flaw{"the file of " + prefix + of.key + "_FILE cannot be read", "check the path and its owner"}
	}
	value = strings.TrimRight(string(data), "\r\n")
	if value == "" {
		return "", flaw{"the file of " + prefix + of.key + "_FILE is empty", "write the secret into it"}
	}
	return value, nil
}
