package signaling

import "testing"

func TestOrigins(t *testing.T) {
	public, err := newOrigins("https://room.example", []string{"https://second.example:8443"})
	if err != nil {
		t.Fatal(err)
	}
	local, err := newOrigins("http://localhost:8080", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		o      origins
		header []string
		want   bool
	}{
		{public, []string{"https://room.example"}, true},
		{public, []string{"https://ROOM.example"}, true},
		{public, []string{"https://second.example:8443"}, true},
		{public, []string{"http://room.example"}, false},
		{public, []string{"https://room.example:444"}, false},
		{public, []string{"https://room.example.evil.example"}, false},
		{public, []string{"https://evil.example/https://room.example"}, false},
		{public, []string{"http://localhost:8080"}, false},
		{public, []string{"null"}, false},
		{public, []string{""}, false},
		{public, nil, false},
		{public, []string{"https://room.example", "https://room.example"}, false},
		{local, []string{"http://localhost:8080"}, true},
		{local, []string{"http://127.0.0.1:8080"}, true},
		{local, []string{"http://[::1]:8080"}, true},
		{local, []string{"http://127.0.0.1:8081"}, false},
		{local, []string{"https://127.0.0.1:8080"}, false},
		{local, []string{"http://localhost.evil.example:8080"}, false},
	} {
		if got := c.o.allow(c.header); got != c.want {
			t.Errorf("%v: %v, want %v", c.header, got, c.want)
		}
	}
	if _, err := newOrigins("https://room.example", []string{"*"}); err == nil {
		t.Error("a wildcard is taken for an origin")
	}
}
