package signaling

import (
	"fmt"
	"strings"
	"testing"

	"hearth/room"
)

func BenchmarkDecode(b *testing.B) {
	for name, raw := range map[string]string{
		"mute":  `{"type":"mute","id":12,"seat":-1,"hold":true,"reason":"noise"}`,
		"offer": `{"type":"offer","id":3,"sdp":"` + strings.Repeat("a=candidate:1 ", 2800) + `"}`,
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decode([]byte(raw)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkShow is what one change costs a room for each of its links.
func BenchmarkShow(b *testing.B) {
	keys, _ := newTickets(make([]byte, KeySize))
	l := newLink(&Server{tickets: keys}, pass{})
	var views [2]room.View
	for i := range views {
		for n := range 17 {
			views[i].Seats = append(views[i].Seats, room.Seat{Seat: n, Name: fmt.Sprint("Maple ", n), Role: room.Patient})
		}
	}
	views[1].Seats[3].Mic = true
	l.Show(views[0], room1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l.Show(views[(i+1)%2], room1)
	}
}
