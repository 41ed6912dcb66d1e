package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"hearth/room"
	"hearth/signaling/token"
)

// attendance is what an operator's system is told when a session is over
// (S-13). No pseudonym is in it.
type attendance struct {
	V     int    `json:"v"`     // 1
	ID    string `json:"id"`    // the same in every attempt to deliver this one
	Room  string `json:"room"`  // as in the invitations
	Began int64  `json:"began"` // Unix ms
	Ended int64  `json:"ended"` // Unix ms
	Over  bool   `json:"over"`  // false: the server stopped or the room moved; another message has the rest
	Seats []stay `json:"seats"`
}

// stay is one person's part. Subject is there where the clinic gave no ref: the
// keyed hash that Redis knows them by.
type stay struct {
	Ref     string `json:"ref,omitempty"`
	Subject string `json:"subject,omitempty"`
	Role    string `json:"role"`
	Present int64  `json:"present_ms"`
	Cause   string `json:"cause"`
}

// attendanceOf writes the message.
func attendanceOf(sum room.Summary) ([]byte, error) {
	a := attendance{
		V: 1, ID: rand.Text(), Room: sum.Room, Began: sum.Began.UnixMilli(), Ended: sum.Ended.UnixMilli(),
		Over: sum.Over, Seats: []stay{},
	}
	for _, p := range sum.People {
		s := stay{Ref: p.Ref, Role: p.Role.String(), Present: p.Spent.Milliseconds(), Cause: p.Cause}
		if p.Ref == "" {
			s.Subject = string(p.Subject)
		}
		a.Seats = append(a.Seats, s)
	}
	return json.Marshal(a)
}

// signatureHeader carries "t=<Unix seconds>,v1=<hex>": the HMAC-SHA256 (RFC
// 2104) of the time as written, a full stop and the body. Receivers refuse an
// old time, and an id they have had.
const signatureHeader = "Hearth-Signature"

func signature(key []byte, body []byte, now time.Time) string {
	at := strconv.FormatInt(now.Unix(), 10)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(at + "."))
	mac.Write(body)
	return "t=" + at + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// attendanceURL takes https, or http on this machine.
func attendanceURL(c *Config, value string) error {
	u, err := url.Parse(value)
	fix := "write it like https://clinic.example/hearth/attendance"
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || !visible(value) || u.Scheme != "http" && u.Scheme != "https":
		return flaw{"not a web address", fix}
	case u.Scheme == "http" && !loopbackHost(u.Hostname()):
		return flaw{"http without TLS", fix}
	}
	c.AttendanceURL = u.String()
	return nil
}

func attendanceSecret(c *Config, value string) error {
	if err := token.CheckSecret([]byte(value)); err != nil {
		return flaw{strings.TrimPrefix(err.Error(), "token: "), "make one with: openssl rand -base64 48"}
	}
	c.AttendanceSecret = secret(value)
	return nil
}
