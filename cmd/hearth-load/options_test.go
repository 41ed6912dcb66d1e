package main

import (
	"errors"
	"flag"
	"io"
	"strings"
	"testing"
	"time"
)

func TestOptionsRefused(t *testing.T) {
	good := []string{"-url", "http://localhost:8080", "-key-file", "key"}
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "-key-file"},
		{[]string{"-url", "http://localhost"}, "-key-file"},
		{[]string{"-key-file", "key"}, "-url"},
		{append(good, "-links", "links"), "exclude"},
		{append(good, "more"), "argument"},
		{append(good, "-no-such-flag"), "not defined"},
		{append(good, "-rooms", "many"), "invalid value"},
		{append(good, "-url", "localhost:8080"), "-url"},
		{append(good, "-url", "ftp://localhost"), "-url"},
		{append(good, "-url", "http://localhost/room"), "-url"},
		{append(good, "-url", "http://me@localhost"), "-url"},
		{append(good, "-ops", "127.0.0.1:9090"), "-ops"},
		{append(good, "-rooms", "0"), "-rooms"},
		{append(good, "-rooms", "51"), "-rooms"},
		{append(good, "-participants", "1"), "-participants"},
		{append(good, "-participants", "20"), "-participants"},
		{append(good, "-rooms", "50", "-participants", "9"), "400"},
		{append(good, "-duration", "900ms"), "-duration"},
		{append(good, "-duration", "5h"), "-duration"},
		{append(good, "-join-rate", "0"), "-join-rate"},
		{append(good, "-join-rate", "10001"), "-join-rate"},
		{append(good, "-join-at-once", "17"), "-join-at-once"},
		{append(good, "-join-wait", "0s"), "-join-wait"},
		{append(good, "-churn", "-1"), "-churn"},
		{append(good, "-mute-storm", "121"), "-mute-storm"},
		{append(good, "-loss", "51"), "-loss"},
		{append(good, "-downlink", "-1"), "-downlink"},
		{append(good, "-large", "19"), "-large"},
		{append(good, "-loss", "NaN"), "-loss"},
	} {
		_, err := parseOptions(c.args, io.Discard)
		if !errors.Is(err, errUsage) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v; want something about %s", c.args, err, c.says)
		}
	}
}

func TestOptions(t *testing.T) {
	o, err := parseOptions([]string{"-url", "http://localhost:8080", "-key-file", "key"}, io.Discard)
	if err != nil || o.rooms != 1 || o.participants != 4 || o.duration != 20*time.Second || o.joinRate != serverJoins || o.sized {
		t.Errorf("%+v, %v", o, err)
	}
	if o, err = parseOptions([]string{"-links", "links", "-rooms", "2", "-loss", "2.5"}, io.Discard); err != nil || !o.sized || o.loss != 2.5 {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err = parseOptions([]string{"-help"}, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("help: %v", err)
	}
}

func TestRunCalledWrongly(t *testing.T) {
	var stdout, stderr strings.Builder
	for _, args := range [][]string{
		nil,
		{"-url", "http://198.51.100.7", "-key-file", "no-such-file"},
		{"-links", "no-such-file"},
	} {
		stderr.Reset()
		if code := run(t.Context(), args, &stdout, &stderr); code != 2 || stderr.Len() == 0 || stdout.Len() > 0 {
			t.Errorf("%q: code %d, stderr %q, stdout %q", args, code, stderr.String(), stdout.String())
		}
	}
	if code := run(t.Context(), []string{"-help"}, &stdout, &stderr); code != 0 {
		t.Errorf("help: code %d", code)
	}
}
