package sfu
import ("testing";"hearth/room/sfu/sfutest";"fmt")
func TestZZ(t *testing.T){ p,err:=sfutest.New(sfutest.Config{Seats:1}); if err!=nil{t.Fatal(err)}; fmt.Println(p.Offer()); p.Close()}
