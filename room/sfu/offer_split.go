package sfu

import "strings"

// description is a session description split into the attributes the circle
// needs. Nothing in it is checked yet but counts and sizes.
type description struct {
	transport transport // of the session, for all m-lines
	bundle    string
	media     []section
}

// transport are the attributes that have to agree between all m-lines.
type transport struct {
	ufrag, pwd, setup string
	fingerprints      []string
}

// section is one m-line with its attributes.
type section struct {
	transport
	kind, port, profile string
	formats             []string
	mid                 string
	directions          []string
	rtcpMux, bundleOnly bool
	rtpmap, fmtp        []numbered
	feedback, extmap    []numbered
	rids, simulcast     []string
	ssrcs, groups       []string
	streams             []string
}

// numbered is an attribute whose value begins with a number and a space.
type numbered struct{ number, rest string }

// Bounds of a description. A browser's has about 60 lines in an m-line.
const (
	maxSDPLine       = 2048
	maxAttributes    = 256 // lines of one m-line
	maxFingerprints  = 2
	maxListAttribute = 64 // of one attribute in one m-line
)

// splitDescription takes a text apart. It stops at the first m-line too many.
func splitDescription(text string, want int) (*description, error) {
	d := &description{}
	count := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if len(line) > maxSDPLine || len(line) < 2 || line[1] != '=' {
			return nil, refusal("malformed line")
		}
		if count++; count > maxAttributes {
			return nil, refusal("too many lines")
		}
		if line[0] == 'm' {
			if len(d.media) == want {
				return nil, refusal("too many m-lines")
			}
			m, err := splitMedia(line[2:])
			if err != nil {
				return nil, err
			}
			d.media, count = append(d.media, m), 0
		}
		if line[0] == 'a' {
			if err := d.attribute(line[2:]); err != nil {
				return nil, err
			}
		}
	}
	if len(d.media) != want {
		return nil, refusal("too few m-lines")
	}
	return d, nil
}

func splitMedia(value string) (section, error) {
	fields := strings.Fields(value)
	if len(fields) < 4 || len(fields) > maxListAttribute {
		return section{}, refusal("malformed m-line")
	}
	return section{kind: fields[0], port: fields[1], profile: fields[2], formats: fields[3:]}, nil
}

// attribute files one a= line under the session or the last m-line.
func (d *description) attribute(line string) error {
	name, value, _ := strings.Cut(line, ":")
	if len(d.media) == 0 {
		if name == "group" {
			kind, mids, _ := strings.Cut(value, " ")
			if kind != "BUNDLE" || d.bundle != "" {
				return refusal("foreign group")
			}
			d.bundle = mids
		}
		return d.transport.attribute(name, value)
	}
	m := &d.media[len(d.media)-1]
	if err := m.transport.attribute(name, value); err != nil {
		return err
	}
	return m.attribute(name, value)
}

func (t *transport) attribute(name, value string) error {
	switch name {
	case "ice-ufrag":
		return once(&t.ufrag, value)
	case "ice-pwd":
		return once(&t.pwd, value)
	case "setup":
		return once(&t.setup, value)
	case "fingerprint":
		return add(&t.fingerprints, value, maxFingerprints)
	}
	return nil
}

func (m *section) attribute(name, value string) error {
	switch name {
	case "mid":
		return once(&m.mid, value)
	case "sendonly", "recvonly", "sendrecv", "inactive":
		return add(&m.directions, name, 1)
	case "rtcp-mux":
		m.rtcpMux = true
	case "bundle-only":
		m.bundleOnly = true
	case "rtpmap":
		return add(&m.rtpmap, number(value), maxListAttribute)
	case "fmtp":
		return add(&m.fmtp, number(value), maxListAttribute)
	case "rtcp-fb":
		return add(&m.feedback, number(value), maxAttributes)
	case "extmap":
		return add(&m.extmap, number(value), maxListAttribute)
	case "rid":
		return add(&m.rids, value, 2)
	case "simulcast":
		return add(&m.simulcast, value, 1)
	case "ssrc":
		return add(&m.ssrcs, value, maxListAttribute)
	case "ssrc-group":
		return add(&m.groups, value, maxListAttribute)
	case "msid":
		return m.stream(value)
	}
	return nil
}

// stream allows one sender's msid, however often it is repeated.
func (m *section) stream(value string) error {
	if len(m.streams) == 1 && m.streams[0] == value {
		return nil
	}
	return add(&m.streams, value, 1)
}

func number(value string) numbered {
	n, rest, _ := strings.Cut(value, " ")
	return numbered{n, rest}
}

// once sets a value that may appear once.
func once(to *string, value string) error {
	if *to != "" {
		return refusal("attribute twice")
	}
	*to = value
	return nil
}

func add[T any](to *[]T, value T, most int) error {
	if len(*to) == most {
		return refusal("attribute too often")
	}
	*to = append(*to, value)
	return nil
}
